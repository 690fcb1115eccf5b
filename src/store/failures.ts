// Tells a database that is out of reach, where trying again may help, from one that has answered no.
import { messageOf } from '../message-of.ts';
import { StoreContended, StoreUnavailable } from './store.ts';

/** SQLSTATE classes (https://www.postgresql.org/docs/current/errcodes-appendix.html) that pass by themselves. */
const TRANSIENT_CLASSES = new Set([
  '08', // connection exception
  '28', // invalid authorization: a password that was changed, or has expired
  '40', // transaction rollback: serialization failure, deadlock
  '53', // insufficient resources: disk, memory, connections
  '58', // system error outside Postgres
]);
const TRANSIENT_CODES = new Set([
  '3D000', // no such database: it is being restored
  '25006', // read-only transaction: connected to a standby during failover
  '55P03', // lock not available in time
  '57014', // statement timeout
  '57P01', // the server is shutting down
  '57P02', // another backend crashed
  '57P03', // the server is starting up
  '57P05', // idle session timeout
]);

/**
 * What the disk would not do, by whatever code: a full one has a class of its own (53), but a quota that is used up and a
 * file that is too large come as internal errors (XX000), and one that was made read-only as a lack of rights (42501).
 */
const DISK_REFUSED = /^could not (?:extend|write|read|open|create|truncate|fsync) /;

/** Whether trying again may help against this SQLSTATE, with this message. */
export function passesByItself(state: string, message: string): boolean {
  return TRANSIENT_CODES.has(state) || TRANSIENT_CLASSES.has(state.slice(0, 2)) || DISK_REFUSED.test(message);
}

/** Whether this SQLSTATE says that a transaction was undone for another's sake. */
export function isContended(state: string): boolean {
  return state.startsWith('40');
}

/** What to throw for `error`, which reaching or asking the database ended in. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailable || error instanceof TypeError) {
    return error;
  }
  const state = sqlState(error);
  if (state !== null && !passesByItself(state, messageOf(error))) {
    return error;
  }
  const message = `The database is not available: ${messageOf(error)}`;
  return state !== null && isContended(state)
    ? new StoreContended(message, { cause: error })
    : new StoreUnavailable(message, { cause: error });
}

/** The SQLSTATE of an error that Postgres itself reported; drivers' and sockets' errors have none. */
function sqlState(error: unknown): string | null {
  const code = error instanceof Error && 'severity' in error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
