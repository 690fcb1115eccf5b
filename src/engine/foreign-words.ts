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

/** The known name that means the same as a word of another tool, or, in its last part, as an event of another kind; or null. */
export function oursFor(word: string, known: readonly string[]): string | null {
  const dot = word.lastIndexOf('.');
  const [family, last] = [word.slice(0, dot + 1), word.slice(dot + 1)];
  const ours = Object.hasOwn(OURS, last) ? OURS[last] : undefined;
  return ours === undefined || !known.includes(family + ours) ? null : family + ours;
}
