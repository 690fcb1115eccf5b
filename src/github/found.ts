// What was found by asking GitHub, in the form of a delivery: it enters by the same inbox and goes the same way as what
// GitHub tells by itself.
import { createHash } from 'node:crypto';
import type { TSchema } from 'typebox';
import { BACKFILLED } from '../models/backfilled.ts';
import { Issue } from '../models/issue.ts';
import { PullRequest } from '../models/pull-request.ts';
import { Repository } from '../models/repository.ts';

/** A delivery that nobody signed, for the store's inbox alone. */
export interface Found {
  /** Made of the body: the same finding twice is stored once. */
  readonly guid: string;
  readonly event: 'issues' | 'pull_request' | 'repository';
  readonly body: Uint8Array;
}

interface Place {
  readonly installation: number;
  readonly repository: Repository;
}

/** @param issue as GitHub's lists and `GET /repos/{owner}/{repo}/issues/{issue_number}` give it; no pull request */
export function foundIssue({ issue, ...place }: Place & { readonly issue: Issue }): Found {
  return found('issues', place, { issue: trimmed(Issue, issue) });
}

/** @param pullRequest in its simple form, as lists give it, or in full: only that one tells who merged */
export function foundPullRequest({ pullRequest, ...place }: Place & { readonly pullRequest: PullRequest }): Found {
  return found('pull_request', place, { pull_request: trimmed(PullRequest, pullRequest) });
}

/** @param number of an issue that was deleted, or moved to another repository */
export function foundGone({ number, ...place }: Place & { readonly number: number }): Found {
  return found('issues', place, { gone: { number } });
}

/**
 * @param repository as GitHub's list of an installation's gives it
 * @param asked when that was: the time of what it shows, should GitHub not say when it last changed
 */
export function foundRepository({ asked, ...place }: Place & { readonly asked: string }): Found {
  const updated_at = place.repository.updated_at ?? asked;
  return found('repository', place, { repository: { ...keptRepository(place.repository), updated_at } });
}

function found(event: Found['event'], { installation, repository }: Place, subject: object): Found {
  const { owner } = repository;
  const body = {
    action: BACKFILLED,
    installation: { id: installation },
    repository: keptRepository(repository),
    ...(owner?.type === 'Organization' ? { organization: { id: owner.id, login: owner.login } } : {}),
    ...subject,
    sender: null,
  };
  const bytes = Buffer.from(JSON.stringify(body));
  return { guid: guidOf(bytes), event, body: bytes };
}

/** Without its `updated_at`, which moves with every push: else nothing would ever be found twice. */
export function keptRepository(repository: Repository): Repository {
  const { updated_at: _, ...kept } = trimmed(Repository, repository);
  return kept;
}

/** A UUID of version 8, for which everybody may choose the bits: https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function guidOf(body: Uint8Array): string {
  const hex = createHash('sha256').update(body).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What the schema names of a value that fits it, in the schema's order; the rest is much, and changes all the time. */
function trimmed<T>(schema: TSchema, value: T): T {
  return trim(schema, value) as T;
}

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

function trim(schema: Shape, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => trim(schema.items ?? branch(schema, value).items ?? {}, item));
  if (typeof value !== 'object' || value === null) return value;
  const { properties = {} } = branch(schema, value);
  const fields = Object.entries(properties).filter(([name]) => Object.hasOwn(value, name));
  return Object.fromEntries(fields.map(([name, field]) => [name, trim(field, Reflect.get(value, name))]));
}

/** Of several forms, the first that the value has everything for. */
function branch(schema: Shape, value: object): Shape {
  const fits = ({ properties, items, required = [] }: Shape) =>
    Array.isArray(value) ? items !== undefined : properties !== undefined && required.every((name) => name in value);
  return schema.anyOf?.find(fits) ?? schema;
}
