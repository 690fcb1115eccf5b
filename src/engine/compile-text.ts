// Texts of actions as written become templates, and what can be said of them before any fact is known is said: names,
// syntax, and of a text without placeholders whether it is one at all, and short enough.
import { oneLine } from './neutralise.ts';
import type { Value } from './rule.ts';
import type { ConditionScope } from './scope.ts';
import { parseTemplate, type Template, TemplateError, type TemplateFlavour } from './template.ts';

/** Null after reporting a problem. */
export function compileText(
  written: string,
  flavour: TemplateFlavour,
  pointer: string,
  most: number | undefined,
  facts: ConditionScope,
): Value | null {
  const template = templateOf(written, flavour, pointer, most, facts);
  return template && { kind: 'text', template };
}

/** A list, of which no text says the same as another. */
export function compileTexts(
  written: readonly string[],
  pointer: string,
  most: number | undefined,
  facts: ConditionScope,
): Value | null {
  const folded = written.map((text) => oneLine(text).trim().toLowerCase());
  const templates = written.map((text, index) => {
    const at = `${pointer}/${index}`;
    const twice = folded.indexOf(folded[index] ?? '') < index;
    if (twice) facts.report('bad-value', at, `\`${text}\` is given twice`, 'case makes no difference');
    return twice ? null : templateOf(text, 'plain', at, most, facts);
  });
  const whole = templates.filter((template) => template !== null);
  return whole.length < templates.length ? null : { kind: 'texts', templates: whole };
}

function templateOf(
  written: string,
  flavour: TemplateFlavour,
  pointer: string,
  most: number | undefined,
  facts: ConditionScope,
): Template | null {
  try {
    const template = parseTemplate(written, flavour);
    const known = template.mentions.map(({ fact, at }) => facts.fact(fact, pointer, at));
    if (known.includes(null)) return null;
    const wrong = template.facts.length > 0 ? null : faultOf(template.render({}), most);
    if (wrong !== null) facts.report('bad-value', pointer, wrong);
    return wrong === null ? template : null;
  } catch (error) {
    const { at, hint } = error instanceof TemplateError ? error : {};
    facts.report('bad-template', pointer, error instanceof Error ? error.message : String(error), hint, at);
    return null;
  }
}

function faultOf(text: string, most = Number.POSITIVE_INFINITY): string | null {
  if (text.trim() === '') return 'this text is empty';
  return text.length > most ? `this text has ${text.length} characters; it can have ${most}` : null;
}
