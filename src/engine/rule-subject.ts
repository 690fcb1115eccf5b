// The kind of subject that a rule is about: that of its events, or, where these are about any, that of its facts.
import { factsIn } from './condition-facts.ts';
import { type EventEntry, familyOf, spoken } from './language.ts';
import type { Condition, Rule, RuleSubject } from './rule.ts';
import type { RuleScope } from './scope.ts';

/** Undefined after reporting that there is none to hold on to. */
export function subjectOf(
  events: readonly EventEntry[],
  clause: Rule['clause'],
  condition: Condition | null,
  pointer: string,
  scope: RuleScope,
): RuleSubject | null | undefined {
  const kinds = kindsOf(events);
  if (kinds.length === 0) return condition === null ? undefined : subjectOfFacts(condition, pointer, scope);
  const only = kinds.length === 1 ? (kinds[0] ?? null) : null;
  const homeless = events.find(({ event, subject }) => subject === null && !offers(event, 'repository.id', scope));
  if (clause === 'when' && homeless !== undefined) {
    scope.report(
      'no-subject',
      pointer,
      `\`${homeless.event}\` happens in no repository, and nothing can be held there`,
    );
    return undefined;
  }
  if (clause === 'when' || only !== null) return only;
  const named = events.map(({ event }) => `\`${event}\``).join(' and ');
  const withSubject = scope.vocabulary.events.filter(({ subject }) => subject !== null).map(spoken);
  const message = kinds.includes(null)
    ? `a \`while\` holds on an issue, a pull request or a contributor; ${named} is about none of them`
    : `a \`while\` holds on one kind of subject; ${named} are about two`;
  const hint = kinds.includes(null)
    ? `use \`when\`, or events among ${withSubject.join(', ')}`
    : 'write a rule for each, or use `when`';
  scope.report('no-subject', pointer, message, hint);
  return undefined;
}

/** Of a rule on nothing but what every issue and pull request has: the kind that its condition speaks of. */
function subjectOfFacts(condition: Condition, pointer: string, scope: RuleScope): RuleSubject | undefined {
  const families = new Set(factsIn(condition).map(familyOf));
  const onIssues = families.has('issue') || families.has('ticket');
  if (onIssues !== families.has('pull_request')) return onIssues ? 'issue' : 'pull_request';
  const message = 'the condition has to say whether this is about issues or pull requests, and not about both';
  scope.report('no-subject', pointer, message, 'add a fact of the one that is meant, such as `issue.state: open`');
  return undefined;
}

/** Those of their subjects that they do not leave open. */
export function kindsOf(events: readonly EventEntry[]): readonly (RuleSubject | null)[] {
  return [...new Set(events.map(({ subject }) => subject).filter((kind) => kind !== 'any'))];
}

function offers(event: string, fact: string, { factByName }: RuleScope): boolean {
  return factByName.get(fact)?.events.includes(event) === true;
}
