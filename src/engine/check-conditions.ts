// Conditions by themselves: what is wrong with them whether or not a rule names them, and which of them contain themselves.
import { circlesIn } from './circles.ts';
import { compileCondition } from './compile-condition.ts';
import { factScope } from './fact-scope.ts';
import type { WrittenFile } from './names.ts';
import { type Compiling, definitionOf, ruleScope } from './rule-scope.ts';
import type { Steps } from './steps.ts';
import { escapePointer } from './yaml-source.ts';

export function* checkConditions(files: readonly WrittenFile[], compiling: Compiling): Steps<void> {
  const graph = new Map<string, string[]>();
  for (const file of files) {
    for (const [name, written] of file.conditions) {
      yield;
      const pointer = `/conditions/${escapePointer(name)}`;
      const scope = ruleScope(file, pointer, compiling);
      const others: string[] = [];
      compileCondition(written, pointer, {
        ...factScope([], 'when', scope).in(scope),
        // That it is too large is said of the rules that name it.
        count: () => true,
        named: (other, at) => {
          if (definitionOf(other, at, scope, compiling) !== null) others.push(other);
          return null;
        },
      });
      if (compiling.names.conditions.get(name)?.file === file) graph.set(name, others);
    }
  }
  for (const circle of circlesIn(graph)) {
    const [name = ''] = circle;
    const { file } = compiling.names.conditions.get(name) ?? {};
    const message = `the condition \`${name}\` contains itself: ${drawn(circle)}`;
    if (file !== undefined)
      compiling.report(file.source, 'condition-cycle', `/conditions/${escapePointer(name)}`, message);
  }
}

/** A circle in as many names as can be read. */
function drawn(circle: readonly string[]): string {
  const shown = circle.length > 8 ? [...circle.slice(0, 4), '…', ...circle.slice(-3)] : circle;
  return shown.join(' → ');
}
