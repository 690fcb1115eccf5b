// set_check: a check of ours on the newest commit of the pull request; withdrawn, it is concluded as neutral.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Resolved, textIn } from './action.ts';

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
      description: 'A headline of up to 255 characters; by default the name.',
      example: 'No ticket is closed by this pull request',
    },
    summary: {
      type: 'markdown',
      required: false,
      description: 'The details.',
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
    const title = textIn(params, 'title') ?? name;
    return [{ target: name, params: { name, sha, conclusion, title, summary: textIn(params, 'summary') ?? '' } }];
  },
  summary(params: Json) {
    const { name, conclusion, title } = check(params);
    return `sets the check ${quoted(name)} to ${conclusion.replace('_', ' ')}${title === name ? '' : `: ${quoted(title)}`}`;
  },
  /** A push moves the check to the new commit. */
  isSame(standing: Json, wanted: Json) {
    const [before, after] = [check(standing), check(wanted)];
    return (['name', 'sha', 'conclusion', 'title', 'summary'] as const).every((part) => before[part] === after[part]);
  },
  ...noLines,
} as const satisfies Action;
