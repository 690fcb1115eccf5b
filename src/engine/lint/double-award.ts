// `double-award`: two rules that award the same person for the same subject, and can hold together.
import type { Problem } from '../problem.ts';
import type { At, Rule } from '../rule.ts';
import { type Award, awardsOf } from './awards.ts';
import { both, type Formula, formulaOf, granted } from './formula.ts';
import { type Linting, momentOf, warning } from './linting.ts';
import { type Effort, type FactByName, refute } from './refute.ts';
import { type Settled, settlesOf } from './settled.ts';

/** Each award is compared with so many before it at most, and all of them with so much effort. */
const MAX_COMPARED = 30;
const EFFORT = 50_000;

export function doubleAward(linting: Linting): Problem[] {
  const awards = awardsOf(linting);
  const asked = new Map(awards.map(({ rule }) => [rule, asks(rule, linting.facts)]));
  const effort: Effort = { left: EFFORT };
  const canBothHold = (one: Rule, other: Rule): boolean => {
    if (one === other) return true;
    const given = Math.min(effort.left, 1_000);
    const spent: Effort = { left: given };
    const together = both(...[one, other].flatMap((rule) => asked.get(rule) ?? []));
    const refuted = refute(together, linting.facts, spent);
    effort.left -= given - spent.left;
    // What could not be decided is not said.
    return refuted === null && spent.left >= 0;
  };
  const groups = Map.groupBy(awards, ({ rule, to }) => `${rule.subject} ${to}`);
  return [...groups.values()].flatMap((group) => among(group, linting.facts, canBothHold));
}

/** Says of each award the first before it that can be made as well. */
function among(
  awards: readonly Award[],
  facts: FactByName,
  canBothHold: (one: Rule, other: Rule) => boolean,
): Problem[] {
  const shelf = shelfFor(awards.map(({ rule }) => settlesOf(rule, facts)));
  return awards.flatMap((award, index) => {
    const before = shelf.beside(index).flatMap((place) => awards[place] ?? []);
    shelf.put(index);
    const twice = before.find(({ rule }) => canBothHold(rule, award.rule));
    return twice === undefined ? [] : [said(award, twice)];
  });
}

function said({ rule, to, at }: Award, other: Award): Problem {
  if (rule === other.rule) {
    const message = `\`${to}\` is awarded by this rule already, on line ${other.at.line}: of two awards in one rule the first counts`;
    return warning('double-award', at, message, 'take one of them out');
  }
  const subject = rule.subject === null ? 'subject' : rule.subject.replace('_', ' ');
  const place = placeFrom(rule.at, other.at);
  const message = `the rule \`${other.rule.id}\` (${place}) awards \`${to}\` as well, and both can hold on one ${subject}`;
  return warning('double-award', at, message, `exclude in one rule what the other is for`);
}

function placeFrom(here: At, { file, line }: At): string {
  return file === here.file ? `line ${line}` : `${file}:${line}`;
}

function asks(rule: Rule, facts: FactByName): Formula {
  return both(formulaOf(rule.condition), momentOf(rule, facts), homeOf(rule, facts));
}

/** That it happens in one of the rule's repositories. */
function homeOf({ repositories }: Rule, facts: FactByName): Formula {
  const [name, owner] = [facts.get('repository.full_name'), facts.get('repository.owner')];
  if (repositories.length === 0 || name === undefined || owner === undefined) return both();
  const isName = (text: string) => !/[*?{]/.test(text);
  const parts = repositories.map((glob): Formula => {
    const [its = ''] = glob.split('/');
    const here = granted(name, isName(glob) ? 'equal' : 'matchesGlob', glob);
    return isName(its) ? both(here, granted(owner, 'equal', its)) : here;
  });
  return { kind: 'or', parts };
}

/**
 * Awards, by their places, filed by the facts that their rules settle, `ticket.complexity` by `low`: of hundreds of
 * awards to one person, only those that settle a fact alike, or leave it open, can be made together.
 */
function shelfFor(settled: readonly Settled[]) {
  const facts = new Set(settled.flatMap((each) => [...each.keys()]));
  const there = new Map(
    [...facts].map((fact) => [fact, { byValue: new Map<string, number[]>(), open: [] as number[] }]),
  );
  const all: number[] = [];
  return {
    put(place: number): void {
      all.push(place);
      for (const [fact, { byValue, open }] of there) {
        const values = settled[place]?.get(fact);
        if (values === undefined) open.push(place);
        for (const value of values ?? []) {
          const alike = byValue.get(value);
          if (alike === undefined) byValue.set(value, [place]);
          else alike.push(place);
        }
      }
    },
    /** The first of those on the shelf that what they settle lets be made together with this one. */
    beside(place: number): readonly number[] {
      const choices = [...(settled[place] ?? [])].map(([fact, values]) => {
        const { byValue, open = [] } = there.get(fact) ?? {};
        return [open, ...values.flatMap((value) => [byValue?.get(value) ?? []])];
      });
      const sizeOf = (lists: readonly (readonly number[])[]) => lists.reduce((sum, { length }) => sum + length, 0);
      const [fewest = [all]] = choices.sort((a, b) => sizeOf(a) - sizeOf(b));
      const found = new Set(fewest.flatMap((list) => list.slice(0, MAX_COMPARED)));
      return [...found].sort((a, b) => a - b).slice(0, MAX_COMPARED);
    },
  };
}
