// What an editor with Red Hat's language server offers in a rule file, by the published schema.
import { expect } from 'chai';
import { operators } from '../../src/engine/operators.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { load } from '../engine/rules.ts';
import { accepted, type Completion, CURSOR, type Editor, startEditor } from './language-server.ts';
import { action, condition, HEAD, MODELINE, rule } from './unfinished.ts';

const labels = (items: readonly Completion[]) => items.map(({ label }) => label);

describe('completion in an editor', function () {
  this.timeout(60_000);
  let editor: Editor;
  before(async () => {
    editor = await startEditor();
  });
  after(() => editor.close());

  const facts = vocabulary.facts.map(({ name }) => name);
  const state = vocabulary.facts.filter(({ scope }) => scope === 'state').map(({ name }) => name);
  const typed = (...types: string[]) =>
    vocabulary.facts.filter(({ type }) => types.includes(type)).map(({ name }) => name);

  interface Offer {
    readonly where: string;
    readonly text: string;
    readonly offers: readonly string[];
    readonly not?: readonly string[];
  }

  const offers: readonly Offer[] = [
    {
      where: 'the keys of a file',
      text: `${HEAD}${CURSOR}`,
      offers: ['repositories', 'tables', 'conditions', 'rules'],
      not: ['version'],
    },
    { where: 'whole rules', text: `${HEAD}rules:\n  ${CURSOR}`, offers: ['rule with while', 'rule with when'] },
    { where: 'a whole condition', text: `${HEAD}conditions:\n  ${CURSOR}`, offers: ['condition'] },
    { where: 'a whole table', text: `${HEAD}tables:\n  ${CURSOR}`, offers: ['table'] },
    { where: 'a whole file', text: `${MODELINE}${CURSOR}`, offers: ['rule file', 'version', 'program'] },
    {
      where: 'the keys of a rule',
      text: rule(CURSOR),
      offers: ['description', 'while', 'when', 'then', 'mode', 'limits'],
      not: ['on'],
    },
    { where: 'modes', text: rule(`mode: ${CURSOR}`), offers: ['live', 'shadow'] },
    { where: 'how often', text: rule(`once_per: ${CURSOR}`), offers: ['delivery', 'subject', 'contributor'] },
    {
      where: 'events',
      text: `${HEAD}rules:\n  one:\n    on: ${CURSOR}`,
      offers: ['issues', 'issues.labeled', 'schedule.daily', 'contributor'],
    },
    {
      where: 'events as one types',
      text: `${HEAD}rules:\n  one:\n    on: iss${CURSOR}`,
      offers: ['issues', 'issues.labeled'],
    },
    {
      where: 'events in a list',
      text: `${HEAD}rules:\n  one:\n    on:\n      - ${CURSOR}`,
      offers: ['issues', 'pull_request.closed'],
    },
    {
      where: 'events between brackets',
      text: `${HEAD}rules:\n  one:\n    on: [issues, ${CURSOR}]`,
      offers: ['pull_request.closed'],
    },
    {
      where: 'facts of the state in `while`',
      text: condition(CURSOR),
      offers: ['all', 'any', 'not', 'condition', ...state],
      not: ['label.name', 'sender', 'operator', 'value'],
    },
    { where: 'every fact in `when`', text: rule('when:', `  ${CURSOR}`), offers: facts },
    { where: 'facts between braces', text: rule(`while: { iss${CURSOR} }`), offers: ['issue.labels', 'issue.state'] },
    {
      where: 'facts in `all`',
      text: condition('all:', `  - ${CURSOR}`),
      offers: state,
      not: ['label.name', 'operator'],
    },
    {
      where: 'facts in the second part of `any`',
      text: condition('any:', '  - issue.number: 1', `  - iss${CURSOR}`),
      offers: state,
    },
    { where: 'facts in `not`', text: condition('not:', `  ${CURSOR}`), offers: state, not: ['label.name'] },
    { where: 'facts in a named condition', text: `${HEAD}conditions:\n  ticket:\n    ${CURSOR}`, offers: facts },
    {
      where: 'operators of a list',
      text: condition('issue.labels:', `  ${CURSOR}`),
      offers: ['contains', 'containsAny', 'containsAll', 'length', 'exists'],
      not: ['equal', 'lessThan', 'fact'],
    },
    {
      where: 'operators of a number',
      text: condition('issue.comments:', `  ${CURSOR}`),
      offers: ['equal', 'greaterThan', 'in', 'fact'],
      not: ['contains', 'matches', 'before'],
    },
    {
      where: 'operators of a time between braces',
      text: condition(`issue.created_at: { o${CURSOR} }`),
      offers: ['olderThan', 'newerThan', 'before', 'after'],
      not: ['contains'],
    },
    {
      where: 'comparisons of a length',
      text: condition('issue.labels:', '  length:', `    ${CURSOR}`),
      offers: ['equal', 'greaterThan', 'lessThan'],
    },
    { where: 'values', text: condition(`issue.state: ${CURSOR}`), offers: ['open', 'closed'] },
    { where: 'values as one types', text: condition(`issue.state: op${CURSOR}`), offers: ['open'] },
    { where: 'values in a list', text: condition('issue.state:', `  - ${CURSOR}`), offers: ['open', 'closed'] },
    { where: 'values between brackets', text: condition(`issue.state: [${CURSOR}]`), offers: ['open', 'closed'] },
    {
      where: 'values behind an operator',
      text: condition('issue.state:', `  notEqual: ${CURSOR}`),
      offers: ['open', 'closed'],
    },
    {
      where: 'values of a list behind an operator',
      text: condition('ticket.missing_fields:', '  containsAny:', `    - ${CURSOR}`),
      offers: ['Complexity', 'Mentor(s)'],
    },
    { where: 'true and false', text: condition(`pull_request.merged: ${CURSOR}`), offers: ['true', 'false'] },
    {
      where: 'users to compare a user with',
      text: condition('issue.author:', '  equal:', `    fact: ${CURSOR}`),
      offers: typed('user', 'string'),
      not: typed('number', 'time', 'users'),
    },
    {
      where: "json-rules-engine's own form",
      text: condition('fact: issue.state', CURSOR),
      offers: ['operator', 'value', 'path'],
    },
    { where: 'facts in that form', text: condition(`fact: ${CURSOR}`), offers: state },
    {
      where: 'operators in that form',
      text: condition('fact: issue.state', `operator: ${CURSOR}`),
      offers: [...operators.keys()],
    },
    { where: 'actions', text: action(`- ${CURSOR}`), offers: Object.keys(vocabulary.actions) },
    {
      where: 'parameters of an action',
      text: action('- award_points:', `    ${CURSOR}`),
      offers: ['to', 'points', 'reason', 'award_points'],
    },
    {
      where: 'people to award',
      text: action('- award_points:', '    to:', `      fact: ${CURSOR}`),
      offers: typed('user', 'users'),
      not: typed('string', 'number'),
    },
    {
      where: 'people between braces',
      text: action(`- award_points: { to: { fact: pull${CURSOR} } }`),
      offers: ['pull_request.author'],
    },
    {
      where: 'entries of a table',
      text: action('- award_points:', '    points:', `      ${CURSOR}`),
      offers: ['table', 'key', 'default', 'fact'],
    },
  ];

  for (const { where, text, offers: wanted, not = [] } of offers) {
    it(`offers ${where}`, async () => {
      const found = labels(await editor.completions(text));
      expect(found).to.include.members([...wanted]);
      for (const label of not) expect(found).not.to.include(label);
      expect(found).not.to.include('[object Object]');
    });
  }

  it('says what is offered', async () => {
    const [fact] = (await editor.completions(condition(CURSOR))).filter(({ label }) => label === 'issue.labels');
    expect(fact?.documentation).to.include('Names of the labels on the issue.');
    const [event] = (await editor.completions(`${HEAD}rules:\n  one:\n    on: ${CURSOR}`)).filter(
      ({ label }) => label === 'issues.labeled',
    );
    expect(event?.documentation).to.include('About an issue');
    const [user] = (await editor.completions(action('- award_points:', '    to:', `      fact: ${CURSOR}`))).filter(
      ({ label }) => label === 'pull_request.author',
    );
    expect(user?.documentation).to.equal('The account that opened the pull request.');
  });

  it('writes rules that are right as they come', async () => {
    for (const [text, label] of [
      [`${HEAD}rules:\n  ${CURSOR}`, 'rule with while'],
      [`${HEAD}rules:\n  ${CURSOR}`, 'rule with when'],
      [`${HEAD}conditions:\n  ${CURSOR}`, 'condition'],
      [`${HEAD}tables:\n  ${CURSOR}`, 'table'],
      [`${MODELINE}${CURSOR}`, 'rule file'],
    ] as const) {
      const item = (await editor.completions(text)).find((one) => one.label === label);
      const written = item === undefined ? '' : accepted(text, item);
      const { problems } = load([{ path: 'x.yaml', text: written }]);
      expect(
        problems.filter(({ severity }) => severity === 'error'),
        `${label}:\n${written}`,
      ).to.deep.equal([]);
      expect(written, label).to.match(/^(\S.*\n)?(\S+: .*\n)*(rules|conditions|tables):\n {2}\w+:\n {4}[\w.]+:/);
    }
  });

  it('offers the same in tests beside rules', async () => {
    const head = '# yaml-language-server: $schema=../schemas/tests.schema.json\n';
    const step = `${head}tests:\n  - name: it\n    history:\n      - issues.opened:\n          set:\n            `;
    expect(labels(await editor.completions(`${head}tests:\n  - ${CURSOR}`))).to.include.members(['name', 'history']);
    expect(labels(await editor.completions(`${step}${CURSOR}`))).to.include.members(['issue.labels', 'issue.state']);
    expect(labels(await editor.completions(`${step}issue.state: ${CURSOR}`))).to.include.members(['open', 'closed']);
  });
});
