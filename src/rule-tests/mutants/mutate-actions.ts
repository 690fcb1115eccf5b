// One change to what follows: an action left out, points one off, another text; a table's entry; fewer events.
import type { Actions, Field } from '../../actions/action.ts';
import type { WrittenFile } from '../../engine/names.ts';
import type { At, Rule, RuleAction, Value } from '../../engine/rule.ts';
import type { Template } from '../../engine/template.ts';
import type { Mutant } from './mutant.ts';
import { placesIn } from './rule-places.ts';

/** What an action does less, or otherwise. */
export function actionMutants(rules: readonly Rule[], files: readonly WrittenFile[], actions: Actions): Mutant[] {
  return rules.flatMap((rule) => {
    const at = placesIn(rule, files);
    const mutant = (what: string, place: At, then: readonly RuleAction[]): Mutant => ({
      what,
      at: place,
      rules: new Map([[rule.id, { ...rule, actions: then }]]),
    });
    return rule.actions.flatMap((action, index) => {
      const fields = actions[action.name]?.fields ?? {};
      const params = Object.entries(action.params).flatMap(([name, value]) =>
        otherValues(name, value, fields[name]).map(({ what, by }) =>
          mutant(
            what,
            at(`then/${index}/${action.name}/${name}`),
            rule.actions.with(index, { ...action, params: { ...action.params, [name]: by } }),
          ),
        ),
      );
      return [mutant(`\`${action.name}\` is left out`, action.at, rule.actions.toSpliced(index, 1)), ...params];
    });
  });
}

interface Other {
  readonly what: string;
  readonly by: Value;
}

function otherValues(name: string, value: Value, field: Field | undefined): Other[] {
  switch (value.kind) {
    case 'literal':
      return otherLiterals(value.value, field).map((other) => ({
        what: fromTo(`${name}: ${value.value}`, `${name}: ${other}`),
        by: literal(other),
      }));
    case 'table': {
      const { fallback } = value;
      if (fallback === null) return [];
      const other = oneOff(fallback, field);
      return [
        { what: fromTo(`default: ${fallback}`, `default: ${other}`), by: { ...value, fallback: other } },
        { what: fromTo(`${name}: { table: ${value.name}, … }`, `${name}: ${fallback}`), by: literal(fallback) },
      ];
    }
    // What may be left out is said besides, and nothing that stands shows it.
    case 'text':
      return field?.required === true
        ? [
            {
              what: fromTo(`${name}: …`, `${name}: … (changed)`),
              by: { kind: 'text', template: another(value.template) },
            },
          ]
        : [];
    case 'texts':
      return value.templates.map((template, index) => ({
        what: fromTo(template.source, `${template.source} (changed)`),
        by: { kind: 'texts', templates: value.templates.with(index, another(template)) },
      }));
    case 'fact':
      return [];
  }
}

function fromTo(from: string, to: string): string {
  return `\`${from}\` → \`${to}\``;
}

function literal(value: string | number): Value {
  return { kind: 'literal', value };
}

/** Points one off; the next of the values that a choice has. */
function otherLiterals(value: string | number, field: Field | undefined): (string | number)[] {
  if (typeof value === 'number') return [oneOff(value, field)];
  return (field?.values ?? []).filter((each) => each !== value).slice(0, 1);
}

/** Within what the field allows. */
function oneOff(number: number, field: Field | undefined): number {
  return number + 1 > (field?.maximum ?? Infinity) ? number - 1 : number + 1;
}

function another(template: Template): Template {
  return {
    ...template,
    source: `${template.source} (changed)`,
    render: (facts) => `${template.render(facts)} (changed)`,
  };
}

/** Each entry of each table that an action uses, one off in every rule that uses it. */
export function tableMutants(rules: readonly Rule[], files: readonly WrittenFile[]): Mutant[] {
  const tables = new Map(rules.flatMap(tablesIn).map((table) => [table.name, table.entries]));
  return [...tables].flatMap(([name, entries]) => {
    const users = rules.filter((rule) => tablesIn(rule).some((table) => table.name === name));
    const file = files.find(({ tables: own }) => own.has(name));
    return [...entries].flatMap(([key, number]): Mutant[] => {
      if (file === undefined) return [];
      const { source } = file;
      const at = { file: source.file.path, ...source.placeOf(`/tables/${name}/${key}`, 'key') };
      const now = new Map(entries).set(key, number < 1000 ? number + 1 : number - 1);
      const changedRules = users.map((rule): [string, Rule] => [rule.id, withTable(rule, name, now)]);
      return [{ what: `\`${key}: ${number}\` → \`${key}: ${now.get(key)}\``, at, rules: new Map(changedRules) }];
    });
  });
}

type TableValue = Extract<Value, { kind: 'table' }>;

function tablesIn({ actions }: Rule): TableValue[] {
  return actions.flatMap(({ params }) => Object.values(params)).filter((value) => value.kind === 'table');
}

function withTable(rule: Rule, name: string, entries: ReadonlyMap<string, number>): Rule {
  const swap = (value: Value): Value => (value.kind === 'table' && value.name === name ? { ...value, entries } : value);
  const actions = rule.actions.map((action) => ({
    ...action,
    params: Object.fromEntries(Object.entries(action.params).map(([key, value]) => [key, swap(value)])),
  }));
  return { ...rule, actions };
}
