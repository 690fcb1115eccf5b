// A check that fails itself is a finding too, and keeps no other from being made.
import { GitHubFailure } from '../github/github.ts';
import { messageOf } from '../message-of.ts';
import { type Finding, problem } from './finding.ts';

/** What a check found, with whatever else it learnt. */
export type Found<T> = { readonly found: readonly Finding[] } & T;

/** What it would have learnt is as in `nothing` then. */
export async function guarded<T>(check: string, nothing: T, find: () => Promise<Found<T>>): Promise<Found<T>> {
  try {
    return await find();
  } catch (error) {
    const advice = error instanceof GitHubFailure ? 'try again in a while' : 'this should not happen: please report it';
    return { ...nothing, found: [problem(check, `it could not be looked at: ${messageOf(error)}`, advice)] };
  }
}

/** The same of a check from which nothing else is learnt. */
export async function findings(check: string, find: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  return (await guarded(check, {}, async () => ({ found: await find() }))).found;
}
