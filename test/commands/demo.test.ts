// `c4gt demo` as a newcomer runs it: a child process, its output, its exit code, and what it leaves behind.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const cli = join(import.meta.dirname, '../../src/cli.ts');

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  /** Temporary files and directories that were left. */
  readonly left: readonly string[];
}

/** @param stopAt text after which it is told to stop */
async function runDemo(args: readonly string[], stopAt?: string): Promise<Ended> {
  const temporary = await mkdtemp(join(tmpdir(), 'demo-test-'));
  const { PATH } = process.env;
  // From another directory: the shipped rules are found from the source file.
  const child = spawn(process.execPath, [cli, 'demo', ...args], {
    cwd: temporary,
    env: { PATH, PORT: '0', TMPDIR: temporary },
  });
  const ended: { output: string; errors: string } = { output: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    ended.output += chunk.toString();
    // Once: a second signal would end it without taking anything away.
    if (stopAt !== undefined && !child.killed && ended.output.includes(stopAt)) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    ended.errors += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  // Node's cache of compiled code is one for all that run there.
  const left = (await readdir(temporary)).filter((name) => name !== 'node-compile-cache');
  await rm(temporary, { recursive: true });
  return { code, ...ended, left };
}

describe('the demo', function () {
  this.timeout(90_000);
  let ended: Ended;
  let stopped: Ended;
  let served: Ended;
  before(async () => {
    [ended, stopped, served] = await Promise.all([runDemo(['--exit']), runDemo([], '1 of '), runDemo([], 'Ctrl-C')]);
  });

  /** The lines of a section, without those around it. */
  const section = (title: RegExp): string[] => {
    const found = ended.output.split(/\n\n/).find((part) => title.test(part.split('\n')[0] ?? ''));
    return (found ?? '').trimEnd().split('\n').slice(1);
  };

  it('ends well, says nothing on standard error, and leaves nothing behind', () => {
    expect(ended.errors).to.equal('');
    expect(ended.code).to.equal(0);
    expect(ended.left).to.deep.equal([]);
  });

  it('works off every delivery, stores the one that came twice once, and buries none', () => {
    const [, sent] = /(\d+) deliveries sent, one of them twice/.exec(ended.output) ?? [];
    const stored = Number(sent) - 1;
    const [counts] = section(/What was delivered/);
    expect(counts).to.include(`${stored} deliveries: ${stored - 1} processed, 1 ignored, 0 pending, 0 dead`);
  });

  it('lists the tickets that are left, with one address for the rest', () => {
    const listed = section(/^35 tickets/);
    expect(listed.slice(1, -1)).to.have.length(12);
    expect(listed.join('\n')).to.match(/seva-desk-api#19 +Publish an OpenAPI description +Medium +20 +closed/);
    expect(listed.at(-1)).to.match(/… and 23 more: http:\/\/127\.0\.0\.1:\d+\/api\/tickets/);
  });

  it('ranks by points, and gives none for a merge of one’s own or by a bot', () => {
    const ranked = section(/Leaderboard/).slice(1);
    expect(ranked.map((line) => line.trim().split(/\s+/).slice(0, 3).join(' '))).to.deep.equal([
      '1 ananya-iyer 140',
      '2 rohit-verma 100',
      '3 meera-nair 70',
      '4 arjun-das 50',
      '4 farhan-shaikh 50',
      '4 imran-ali 50',
      '7 dev-patel 40',
      '7 lakshmi-rao 40',
      '9 vikram-joshi 30',
      '10 asha-kulkarni 20',
      '10 nisha-menon 20',
      '12 sana-qureshi 10',
    ]);
  });

  it('shows a ledger whose lines come to the points, the correction among them', () => {
    const lines = section(/The points of ananya-iyer/).slice(1);
    const points = lines.slice(0, -1).map((line) => Number(line.trim().split(' ')[0]?.replace('−', '-')));
    expect(lines.at(-1)?.trim()).to.equal('= 140');
    expect(points.reduce((sum, each) => sum + each, 0)).to.equal(140);
    expect(lines.join('\n')).to.match(/−20 +Corrected from 20 points +jan-seva-labs\/seva-desk-api\/pull\/102/);
  });

  it('tells why points were earned, condition by condition, and why others were not', () => {
    const earned = section(/Why .* earned points/).join('\n');
    expect(earned).to.match(/✓ pull_request\.merged is true/);
    expect(earned).to.match(/✓ is-ticket-work: any of\n +✗ pull_request\.labels .*\n +✓ pull_request\.ticket\.labels /);
    expect(earned).to.match(/→ stands: awards 20 points to ananya-iyer/);
    expect(earned).to.match(/→ stands: awards 20 points to rohit-verma/);
    const refused = section(/Why .* earned none/).join('\n');
    expect(refused).to.match(/✗ not: pull_request\.merged_by\.login is .*sana-qureshi/);
    expect(refused).to.match(/nearest miss: sana-qureshi merged it, who also wrote it; the rule wants them to differ/);
    expect(refused).not.to.include('→');
  });

  it('shows what GitHub would be asked for, one comment for each ticket, and why it is not', () => {
    const shown = section(/What GitHub would show/);
    expect(shown[0]).to.equal('  2 skipped, 0 pending, 0 dead');
    const where = shown.filter((line) => /^ {2}\S+#\d+ {2}would stand: comments “Thank you for the ticket!/.test(line));
    expect(where.map((line) => line.trim().split(' ')[0])).to.deep.equal(['seva-desk-api#21', 'learning-path#30']);
    expect(shown.filter((line) => line.includes('→'))).to.deep.equal(
      Array.from({ length: 2 }, () => '    → skipped: no GitHub credentials'),
    );
    const asked = shown.flatMap((line) => /│ - (.*)$/.exec(line)?.slice(1) ?? []);
    expect(asked, 'what was filled in is asked for no more').to.deep.equal(['Mentor(s)', 'Category']);
  });

  it('fits a terminal of 120 columns, without colours where there is none', () => {
    const tooLong = ended.output.split('\n').filter((line) => [...line].length > 120);
    expect(tooLong).to.deep.equal([]);
    expect(ended.output).not.to.include('\x1b');
  });

  it('serves on until told to stop, and says what can be asked meanwhile, as the README does', async () => {
    expect({ ...served, output: '' }).to.deep.equal({ code: 0, output: '', errors: '', left: [] });
    const [, question = 'none'] = /^ {2}c4gt (why \S+) --from http:\/\/127\.0\.0\.1:\d+$/m.exec(served.output) ?? [];
    const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
    expect(readme).to.include(`npm run --silent c4gt -- ${question}\n`);
  });

  it('stops in the middle of the story when told to, and takes its data away', () => {
    expect(stopped.errors).to.equal('');
    expect(stopped.code).to.equal(130);
    expect(stopped.left).to.deep.equal([]);
  });
});
