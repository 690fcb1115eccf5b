// `c4gt rules facts`: the catalogue for people and programs, in whole or in part, and the page in docs/.
import { expect } from 'chai';
import type { FactEntry } from '../../src/facts/fact.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { runCli } from '../support/server.ts';

describe('c4gt rules facts', function () {
  this.timeout(30_000);
  const facts = (...args: string[]) => runCli(['rules', 'facts', ...args]);

  it('lists every fact below its family, with its type and meaning', async () => {
    const { code, stdout, stderr } = await facts();
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    for (const { name, meaning } of vocabulary.facts) {
      const line = stdout.split('\n').find((one) => one.startsWith(`  ${name} `));
      expect(line, name).to.include(meaning);
    }
    expect(stdout).to.match(/^Issues: state, from GitHub's payload, with issues, issue_comment, schedule$/m);
  });

  it('lists those that come with an event, or with one of its actions', async () => {
    for (const event of ['issues', 'issues.labeled']) {
      const { stdout } = await facts('--event', event);
      expect(stdout).to.include('  issue.labels ').and.to.include('  label.name ');
      expect(stdout).not.to.include('  pull_request.merged ');
    }
  });

  it('lists those with every word in their name, meaning or values', async () => {
    const { stdout } = await facts('label', 'ticket');
    const names = [...stdout.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
    expect(names).to.deep.equal(['pull_request.ticket.labels']);
    expect((await facts('FOUNDATIONAL')).stdout).to.include('  ticket.complexity ');
  });

  it('gives programs the same as JSON, with the operators of each', async () => {
    const { stdout } = await facts('--format', 'json', 'merged_at');
    const [fact] = JSON.parse(stdout) as (FactEntry & { operators: string[] })[];
    expect(fact).to.include({ name: 'pull_request.merged_at', type: 'time', scope: 'state', source: 'payload' });
    expect(fact?.operators).to.include.members(['before', 'olderThan']).and.not.to.include('contains');
  });

  it('--check agrees with the page that is published, which --format markdown prints', async () => {
    expect(await facts('--check')).to.include({ code: 0, stdout: '', stderr: '' });
    const { stdout } = await facts('--format', 'markdown');
    expect(stdout)
      .to.match(/^# Facts\n/)
      .and.to.include('### Pull requests');
  });

  it('ends with 1 where there is none, and with 2 when it is used wrongly', async () => {
    expect(await facts('isue.labels')).to.include({
      code: 1,
      stdout: '',
      stderr: 'there is no fact with isue.labels; did you mean `issue.labels`?\n',
    });
    expect(await facts('--event', 'isues')).to.include({
      code: 2,
      stdout: '',
      stderr: 'there is no event isues; did you mean `issues`?\n',
    });
    const { code, stderr } = await facts('--check', 'label');
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: 'docs/facts.md holds every fact: name none\n' });
  });
});
