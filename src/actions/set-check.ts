// set_check: a check of ours on the newest commit of the pull request; withdrawn, it is concluded as neutral.
//
// There is one check run for each effect and commit. It carries the mark of its effect, by which it is found again after
// an attempt of which nobody knows the end: GitHub would make another run for every POST.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import { Maybe, Nullable } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Report, type Resolved, textIn } from './action.ts';
import { type Calls, type DueEffect, digestOf, type Hands, nullWhenGone, type Performed } from './perform.ts';

const check = kept(
  'set_check',
  Type.Object({
    name: Type.String(),
    sha: Type.String(),
    conclusion: Type.String(),
    title: Type.String(),
    summary: Type.String(),
  }),
);

/** Its number, null while it is not known whether there is one, the commit it is on, and a digest of what it shows. */
const Run = Type.Object({ check: Nullable(Type.Number()), sha: Type.String(), shown: Maybe(Type.String()) });

const visible = kept('set_check', Nullable(Run));

const ofRepository = '/repos/{owner}/{repo}';
const calls = {
  list: { route: `GET ${ofRepository}/commits/{ref}/check-runs`, permission: 'Checks: read' },
  create: { route: `POST ${ofRepository}/check-runs`, permission: 'Checks: write' },
  update: { route: `PATCH ${ofRepository}/check-runs/{check_run_id}`, permission: 'Checks: write' },
} as const satisfies Calls;

const pageOf = reader(
  Type.Array(
    Type.Object({
      id: Type.Number(),
      external_id: Maybe(Type.String()),
      app: Maybe(Type.Object({ slug: Maybe(Type.String()) })),
    }),
  ),
);
const created = reader(Type.Object({ id: Type.Number() }));

export const setCheck = {
  name: 'set_check',
  description: 'Keeps a check of ours on the newest commit of the pull request.',
  standing: true,
  withdrawal: 'Withdrawn, the check is concluded as neutral: GitHub deletes none.',
  subjects: ['pull_request'],
  causes: [],
  changes: [],
  fields: {
    name: {
      type: 'text',
      required: true,
      maximum: 100,
      description: 'What the check is called, of up to 100 characters.',
      example: 'Ticket',
    },
    conclusion: {
      type: 'choice',
      required: true,
      values: ['success', 'failure', 'neutral', 'action_required'],
      description: 'What it comes to.',
      example: 'failure',
    },
    title: {
      type: 'text',
      required: false,
      maximum: 255,
      description: 'A headline of up to 255 characters; by default how many rules hold, or the name beside a summary.',
      example: 'No ticket is closed by this pull request',
    },
    summary: {
      type: 'markdown',
      required: false,
      // Documented as characters; GitHub counts bytes: https://github.com/github/docs/issues/35252
      bytes: 65_535,
      description: 'The details; by default which other rules hold for the pull request, and what the others miss.',
      example: 'Add `Fixes #…` to the description of “{{ pull_request.title }}”.',
    },
  },
  outcomes(params: Resolved, facts: Facts): readonly Outcome[] {
    const [name, conclusion, sha] = [
      textIn(params, 'name'),
      textIn(params, 'conclusion'),
      facts['pull_request.head.sha'],
    ];
    if (name === null || conclusion === null || typeof sha !== 'string') return [];
    const summary = textIn(params, 'summary') ?? '';
    const title = textIn(params, 'title') ?? (summary === '' ? '' : name);
    return [{ target: name, params: { name, sha, conclusion, title, summary } }];
  },
  telling: {
    verdict: { field: 'conclusion', good: 'success' },
    isLeft: (params: Json) => check(params).summary === '',
    told(params: Json, report: Report) {
      const { title, ...parts } = check(params);
      return { ...parts, title: title || (report.title ?? parts.name), summary: report.summary };
    },
  },
  summary(params: Json) {
    const { name, conclusion, title } = check(params);
    const headline = title === '' || title === name ? '' : `: ${quoted(title)}`;
    return `sets the check ${quoted(name)} to ${conclusion.replace('_', ' ')}${headline}`;
  },
  /** A push moves the check to the new commit. */
  isSame(standing: Json, wanted: Json) {
    const [before, after] = [check(standing), check(wanted)];
    return (['name', 'sha', 'conclusion', 'title', 'summary'] as const).every((part) => before[part] === after[part]);
  },
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform(effect: DueEffect, hands: Hands): Promise<Performed> {
  const { name, sha, conclusion, title, summary } = check(effect.params);
  const known = visible(effect.performed);
  const isWithdrawn = effect.wanted === 'withdraw';
  // What is withdrawn is what was set last, on whichever commit that was.
  const commit = isWithdrawn ? (known?.sha ?? sha) : sha;
  const isKnown = known?.sha === commit && !effect.unsure;
  const run = isKnown ? known.check : await marked(effect, name, commit, hands);
  // A run that has a conclusion is completed.
  const outcome = isWithdrawn
    ? { conclusion: 'neutral', output: { title: 'Withdrawn', summary: 'This no longer applies.' } }
    : { conclusion, output: { title, summary } };
  if (run === null) {
    if (isWithdrawn) return { performed: null };
    const mark = { name, head_sha: sha, external_id: digestOf(effect.key) };
    const answer = await hands.write(calls.create, { ...mark, ...outcome }, { check: null, sha });
    return { performed: { check: created(answer).id, sha, shown: digestOf(JSON.stringify(outcome)) } };
  }
  const now = { check: run, sha: commit, shown: digestOf(JSON.stringify(outcome)) };
  if (isKnown && known.shown === now.shown) return { performed: now };
  const updated = await hands.write(calls.update, { check_run_id: run, ...outcome }).catch(nullWhenGone);
  if (isWithdrawn) return { performed: null };
  return updated === null ? { performed: null, more: true } : { performed: now };
}

/** The number of the newest run of ours for this effect on that commit, which is the one that GitHub shows; or null. */
async function marked(effect: DueEffect, name: string, sha: string, hands: Hands): Promise<number | null> {
  const mark = digestOf(effect.key);
  let newest: number | null = null;
  for await (const page of hands.list(calls.list, { ref: sha, check_name: name, filter: 'all' })) {
    for (const { id, external_id: external, app } of pageOf(page))
      if (external === mark && (await hands.isUs(`${app?.slug}[bot]`))) newest = Math.max(newest ?? 0, id);
  }
  return newest;
}
