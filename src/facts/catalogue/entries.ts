// How the catalogue's tables are written down: short rows that become entries.
import type { FactEntry, FactScope, FactSource, FactType, FactValue } from '../fact.ts';

/** What a row may add to its name, type and meaning. */
export interface Extras {
  readonly example?: FactValue;
  readonly values?: readonly string[];
  readonly ignoreCase?: true;
  /** Where other than on the table's own events it is offered. */
  readonly events?: readonly string[];
}

export type Row = readonly [name: string, type: FactType, meaning: string, extras?: Extras];

/** Everything the rows of one table share. */
export interface Table {
  readonly prefix: string;
  readonly scope: FactScope;
  readonly source: FactSource;
  readonly events: readonly string[];
}

/** The table's entries; a user brings its login, number and type along. */
export function entries(table: Table, rows: readonly Row[]): FactEntry[] {
  return rows.flatMap(([name, type, meaning, extras]) => {
    const full = [table.prefix, name].filter(Boolean).join('.');
    const entry = {
      scope: table.scope,
      source: table.source,
      events: table.events,
      ...extras,
      name: full,
      type,
      meaning,
    };
    return type === 'user' ? [entry, ...partsOf(entry)] : [entry];
  });
}

function partsOf({ name, meaning, scope, source, events }: FactEntry): FactEntry[] {
  const about = meaning.replace(/\.$/, '');
  const shared = { scope, source, events };
  return [
    {
      ...shared,
      name: `${name}.login`,
      type: 'string',
      ignoreCase: true,
      meaning: `${about}: the login.`,
      example: 'octocat',
    },
    {
      ...shared,
      name: `${name}.id`,
      type: 'number',
      meaning: `${about}: GitHub's number of the account.`,
      example: 583231,
    },
    {
      ...shared,
      name: `${name}.type`,
      type: 'string',
      values: USER_TYPES,
      meaning: `${about}: the kind of account.`,
      example: 'User',
    },
  ];
}

const USER_TYPES = ['User', 'Bot', 'Organization', 'Mannequin'];

/** How GitHub relates an author to the repository. */
export const ASSOCIATIONS = [
  'COLLABORATOR',
  'CONTRIBUTOR',
  'FIRST_TIMER',
  'FIRST_TIME_CONTRIBUTOR',
  'MANNEQUIN',
  'MEMBER',
  'NONE',
  'OWNER',
];

/** What an account may do with a repository, from nothing to everything. */
export const PERMISSIONS = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export const OCTOCAT = { id: 583231, login: 'octocat', type: 'User' };
