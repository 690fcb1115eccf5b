// Words of other tools, and ours for the same: they are far from each other by letters, and near by meaning.

const OURS: Readonly<Record<string, string>> = {
  '!=': 'notEqual',
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  '=': 'equal',
  '==': 'equal',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
  '=~': 'matches',
  actions: 'then',
  add_label: 'add_labels',
  add_points: 'award_points',
  and: 'all',
  anyOf: 'containsAny',
  condition: 'while',
  conditions: 'while',
  created: 'opened',
  disabled: 'enabled',
  do: 'then',
  eq: 'equal',
  equals: 'equal',
  event: 'on',
  events: 'on',
  give_badge: 'grant_badge',
  give_points: 'award_points',
  glob: 'matchesGlob',
  gt: 'greaterThan',
  gte: 'greaterThanInclusive',
  has: 'contains',
  if: 'while',
  is: 'equal',
  isNot: 'notEqual',
  label: 'add_labels',
  like: 'matchesGlob',
  lower: 'downcase',
  lowercase: 'downcase',
  lt: 'lessThan',
  lte: 'lessThanInclusive',
  merged: 'closed',
  ne: 'notEqual',
  none: 'not',
  open: 'opened',
  or: 'any',
  post_comment: 'comment',
  regex: 'matches',
  regexp: 'matches',
  size: 'length',
  trigger: 'on',
  triggers: 'on',
  upper: 'upcase',
  uppercase: 'upcase',
  user: 'author',
  where: 'while',
};

/** What stands before a payload's own names in workflows of GitHub Actions, and in Probot's handlers. */
const WRAPPERS = /^(?:github\.event|context\.payload|payload|event)\./;

/** The known name that means the same as a word of another tool, or, in its last part, as an event of another kind; or null. */
export function oursFor(word: string, known: readonly string[]): string | null {
  const plain = word
    .replace(WRAPPERS, '')
    .replace(/^(?:pr|pull)\./, 'pull_request.')
    .replace(/^repo\./, 'repository.');
  if (plain !== word && known.includes(plain)) return plain;
  const dot = word.lastIndexOf('.');
  const [family, last] = [word.slice(0, dot + 1), word.slice(dot + 1)];
  const ours = Object.hasOwn(OURS, last) ? OURS[last] : undefined;
  return ours === undefined || !known.includes(family + ours) ? null : family + ours;
}
