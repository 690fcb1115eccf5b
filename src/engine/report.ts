// What the rules came to on a subject, in words for an action that says how things stand, such as a check: which of them
// hold and what they come to, which do not and what is missing, which failed. The same rules and facts are the same
// words, whenever and however they are decided: so no word counts from the time it is, every rule is looked at that is
// about the subject, and every part of its condition.
import type { Actions, Report } from '../actions/action.ts';
import { cutToBytes } from './cut-markdown.ts';
import { lookedAtWhole } from './explain/look-at-all.ts';
import { nearestMiss } from './explain/nearest.ts';
import { listed } from './explain/values.ts';
import type { Judged } from './judge.ts';
import { joined, neutralised } from './neutralise.ts';
import type { Rule, RuleSet } from './rule.ts';

/**
 * Bytes of a check's summary: https://docs.github.com/rest/checks/runs#create-a-check-run says characters, and GitHub
 * counts bytes: https://github.com/github/docs/issues/35252
 */
const MAX_BYTES = 65_535;

export interface Reporting {
  readonly actions: Actions;
  readonly rules: RuleSet;
  /** Of the subject. */
  readonly kind: string;
  /** Judges a `while` rule on it. */
  readonly judge: (rule: Rule) => Promise<Judged>;
}

/** The same, with what the rules came to put into the effects that are to tell it. */
export async function withReports(judged: Judged[], { actions, rules, kind, judge }: Reporting): Promise<Judged[]> {
  const isLeft = ({ action, params }: Judged['wanted'][number]) => actions[action]?.telling?.isLeft(params) === true;
  if (!judged.some(({ wanted }) => wanted.some(isLeft))) return judged;
  const peers = rules.rules.filter(
    ({ clause, subject, mode }) => clause === 'while' && subject === kind && mode === 'live',
  );
  const whole = await Promise.all(peers.map((rule) => judge(lookedAtWhole(rule))));
  return judged.map((one) => {
    if (!one.wanted.some(isLeft)) return one;
    const others = whole.filter(({ rule }) => rule.id !== one.rule.id);
    const needs = others.flatMap(({ evaluation }) => (evaluation.outcome === 'needs' ? evaluation.facts : []));
    if (needs.length > 0) return { ...one, evaluation: { outcome: 'needs', facts: needs }, wanted: [] };
    const report = reportOn(others, actions);
    const wanted = one.wanted.map((effect) => {
      const params = actions[effect.action]?.telling?.told(effect.params, report);
      return params === undefined ? effect : { ...effect, params };
    });
    return { ...one, wanted };
  });
}

/** What rules came to, those left out that are not about the subject, and those that only warn and have no reason to. */
function reportOn(judged: readonly Judged[], actions: Actions): Report {
  const holding = judged.filter(({ evaluation }) => evaluation.outcome === 'held');
  const missing = judged.filter(
    ({ rule, evaluation }) => evaluation.outcome === 'not held' && !isWarning(rule, actions),
  );
  const failing = judged.filter(({ evaluation }) => evaluation.outcome === 'error');
  const count = holding.length + missing.length + failing.length;
  if (count === 0) return { title: null, summary: 'No other rule is about this.' };
  const sections = [
    section('Holds', holding, ({ wanted }) => [comingTo(wanted, actions)]),
    section('Does not hold', missing, ({ evaluation }) => missesIn(evaluation)),
    section('Failed', failing, ({ evaluation }) => (evaluation.outcome === 'error' ? [evaluation.error] : [])),
  ];
  const title = `${holding.length} of ${count} ${count === 1 ? 'rule holds' : 'rules hold'}`;
  return { title, summary: cutToBytes(sections.flat().join('\n\n'), MAX_BYTES) };
}

/** A rule that does nothing but say that something is amiss: where it does not hold, nothing is missing. */
function isWarning({ actions: written }: Rule, actions: Actions): boolean {
  return written.every(({ name, params }) => {
    const verdict = actions[name]?.telling?.verdict;
    const said = verdict === undefined ? undefined : params[verdict.field];
    return said?.kind === 'literal' && said.value !== verdict?.good;
  });
}

/** A heading and a list; a rule of which there are several things to say has a list of its own. */
function section(title: string, rules: readonly Judged[], said: (one: Judged) => readonly string[]): readonly string[] {
  if (rules.length === 0) return [];
  const items = rules.map((one) => {
    const [first = '', ...others] = said(one).map(harmless);
    const name = `- \`${one.rule.id}\`:`;
    return others.length === 0
      ? `${name} ${first}`
      : [name, ...[first, ...others].map((each) => `  - ${each}`)].join('\n');
  });
  return [`**${title}**`, items.join('\n')];
}

function comingTo(wanted: Judged['wanted'], actions: Actions): string {
  const summaries = wanted.map(({ action, params }) => actions[action]?.summary(params) ?? action);
  return summaries.length === 0 ? 'comes to nothing here' : listed(summaries);
}

function missesIn(evaluation: Judged['evaluation']): readonly string[] {
  const miss = evaluation.outcome === 'not held' ? nearestMiss(evaluation.trace, null) : null;
  return miss === null ? ['its conditions do not hold'] : miss.steps.map(({ sentence }) => sentence);
}

function harmless(sentence: string): string {
  return joined(neutralised(sentence, 'github'));
}
