// The order of keys, and where blank lines stand, in files of rules and in files of tests.

/** What is told of a collection by the keys that lead to it; an element's key is its number. */
export interface Layout {
  /** The keys that come first, in this order; the others follow as they were. */
  readonly keys?: readonly string[];
  /** Where items are set apart by a blank line: always, or when one of two neighbours has several lines. */
  readonly apart?: 'always' | 'long';
}

export type LayoutOf = (path: readonly string[]) => Layout;

const FILE: Layout = {
  keys: ['version', 'program', 'repositories', 'tables', 'conditions', 'rules'],
  apart: 'long',
};

const RULE: Layout = {
  keys: ['description', 'on', 'mode', 'enabled', 'once_per', 'limits', 'while', 'when', 'then'],
};

const NOTHING: Layout = {};

/** Of a file of rules. */
export const rulesLayout: LayoutOf = (path) => {
  if (path.length === 0) return FILE;
  if (path[0] !== 'rules') return NOTHING;
  if (path.length === 1) return { apart: 'always' };
  if (path.length === 2) return RULE;
  return path.length === 3 && path[2] === 'limits' ? { keys: ['per_hour', 'per_day'] } : NOTHING;
};

/** Of a file of tests. */
export const testsLayout: LayoutOf = (path) => {
  if (path[0] !== 'tests') return path.length === 0 ? { keys: ['tests'], apart: 'long' } : NOTHING;
  if (path.length === 1) return { apart: 'always' };
  return path.length === 2 ? { keys: ['name', 'history', 'lookups', 'expect'] } : NOTHING;
};
