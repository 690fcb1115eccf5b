// The page about actions says of each what the code says: what it does, its parameters, its preview, what withdrawing means.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Action, Field, Resolved } from '../../src/actions/action.ts';
import { actions } from '../../src/actions/registry.ts';
import type { Facts } from '../../src/facts/fact.ts';
import { TERMS } from '../../src/worker/performer.ts';
import { rulesOf } from '../engine/rules.ts';

const page = readFileSync(new URL('../../docs/actions.md', import.meta.url), 'utf8');

const asha = { id: 1, login: 'asha' };
/** Of each action an example, whose preview the page shows. */
const examples: Readonly<Record<keyof typeof actions, Resolved>> = {
  award_points: { to: [asha], points: 20 },
  grant_badge: { to: [asha], badge: 'Ninja' },
  list_ticket: { points: 20 },
  comment: { body: 'Please add: Complexity.' },
  add_labels: { labels: ['good first issue'] },
  remove_labels: { labels: ['needs triage'] },
  assign: { to: [asha] },
  request_review: { to: [asha] },
  close: { reason: 'not_planned' },
  reopen: {},
  react: { content: 'heart' },
  set_check: { name: 'Ticket', conclusion: 'failure', title: 'No ticket is closed', summary: 'Name one.' },
  notify_discord: { channel: 'tickets', message: 'New ticket: Export' },
};

const facts: Facts = {
  'repository.full_name': 'Sunbird/core',
  'repository.id': 1,
  'issue.number': 7,
  'issue.title': 'Export the report',
  'issue.state': 'open',
  'issue.html_url': 'https://github.com/Sunbird/core/issues/7',
  'issue.created_at': '2026-06-01T09:00:00Z',
  'pull_request.head.sha': 'c0ffee',
};

const KINDS: Readonly<Record<Field['type'], string>> = {
  number: 'a number',
  text: 'a text',
  markdown: 'Markdown',
  texts: 'a list of texts',
  choice: 'a choice',
  users: 'users',
};

function kindOf({ type, values, minimum, maximum, required }: Field): string {
  const range = type === 'number' ? ` from ${minimum} to ${maximum}` : '';
  const choices = values === undefined ? '' : ` of ${values.map((value) => `\`${value}\``).join(', ')}`;
  return `${KINDS[type]}${range}${choices}${required ? '' : '; may be left out'}`;
}

function describedIn(action: Action, example: Resolved): string {
  const { name, description, subjects, fields, withdrawal, outcomes, summary } = action;
  const [outcome] = outcomes(example, facts);
  const about =
    subjects === null
      ? 'issues, pull requests and contributors'
      : subjects.map((kind) => `${kind.replace('_', ' ')}s`).join(' and ');
  return [
    `### \`${name}\``,
    '',
    `${description} On ${about}.`,
    '',
    ...Object.entries(fields).map(([key, field]) => `- \`${key}\` (${kindOf(field)}): ${field.description}`),
    `- Told as: ${summary(outcome?.params ?? null)}`,
    `- ${withdrawal}`,
    '',
  ].join('\n');
}

describe('the page about actions', () => {
  for (const [name, action] of Object.entries<Action>(actions))
    it(`describes ${name}`, () => {
      const described = describedIn(action, examples[name as keyof typeof actions]);
      const [from, to] = [page.indexOf(`### \`${name}\`\n`), described.length];
      expect(page.slice(from, from + to), described).to.equal(described);
    });

  it('shows a rule that the loader takes', () => {
    const [, written = ''] = /```yaml\n([^`]*)```/.exec(page) ?? [];
    expect(rulesOf(written.replace(/^(?=.)/gm, '  ')).rules.map(({ id }) => id)).to.deep.equal(['demo/ticket-check']);
  });

  it('tells the pace that is kept', () => {
    const { gap, perMinute, perHour, perSubject } = TERMS;
    expect(gap).to.equal(1);
    const text = page.replaceAll('\n', ' ');
    expect(text).to.include(`a second apart, no more than ${perMinute} in a minute and ${perHour} in an hour`);
    expect(text).to.include(`after ${perSubject} writes within an hour`);
  });
});
