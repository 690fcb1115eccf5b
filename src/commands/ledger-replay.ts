// `c4gt ledger replay`: everything decided again, elsewhere, and compared with what stands.
import { actions } from '../actions/registry.ts';
import { readConfig } from '../config.ts';
import { ruleLoader } from '../engine/load.ts';
import type { RuleSet } from '../engine/rule.ts';
import { type Explained, type Replayed, replayLedger } from '../ledger/replay.ts';
import { printableLine } from '../printable.ts';
import { inertJson } from '../problem-formats/json.ts';
import { openStore } from '../store/open.ts';
import type { ReplayStore } from '../store/replay.ts';
import { NotEmpty, openScratch } from '../store/scratch.ts';
import { vocabulary } from '../vocabulary.ts';
import { heldByServer } from './listing.ts';
import { UsageError } from './usage-error.ts';

export interface ReplayCommand {
  /** An empty Postgres; by default a database in memory. */
  readonly into?: string;
  readonly format: 'text' | 'json';
}

export async function ledgerReplay({ into, format }: ReplayCommand): Promise<void> {
  if (into !== undefined && !/^postgres(?:ql)?:\/\//i.test(into))
    throw new UsageError('--into is the address of an empty Postgres, postgres://…');
  const scratch = await openScratch(into ?? null).catch((error: unknown) => {
    if (error instanceof NotEmpty) throw new UsageError(`--into: ${error.message}`);
    throw error;
  });
  try {
    const config = readConfig(process.env);
    const recorded = await openStore(config).catch(heldByServer);
    try {
      const replayed = await replayLedger({
        recorded,
        scratch,
        actions,
        rulesOf: recordedRules(recorded, config.repositories),
      });
      process.stdout.write(format === 'json' ? `${inertJson(replayed)}\n` : drawn(replayed));
      if (replayed.differences.length > 0) process.exitCode = 1;
    } finally {
      await recorded.close();
    }
  } finally {
    await scratch.store.close();
  }
}

/** Rules from the texts that were recorded with them; this program may not understand what an older one did. */
function recordedRules(recorded: Pick<ReplayStore, 'ruleFiles'>, repositories: readonly string[]) {
  const load = ruleLoader(vocabulary, { keepsFiles: false, repositories });
  return async (version: string): Promise<RuleSet> => {
    const texts = Object.entries((await recorded.ruleFiles(version)) ?? {});
    if (texts.length === 0)
      throw new Error(`the files of rules ${version} are not on record: nothing can be decided by them`);
    const files = texts.map(([path, text]) => ({ path, text })).sort((a, b) => (a.path < b.path ? -1 : 1));
    const { rules, problems } = load(files);
    if (rules !== null) return rules;
    const [first] = problems;
    throw new Error(`the rules of version ${version} cannot be used by this program: ${first?.message ?? ''}`);
  };
}

function drawn({ deliveries, subjects, rules, differences, incomparable }: Replayed): string {
  const lines = [
    ...differences.map(sentenceOf),
    ...incomparable.map((what) => `not compared: ${what}`),
    `${deliveries} deliveries decided again, by rules ${rules ?? 'of which there were none'}: ` +
      `${subjects} subjects, ${differences.length === 0 ? 'no difference' : `${differences.length} differences`}`,
  ];
  return lines.map((line) => `${printableLine(line)}\n`).join('');
}

function sentenceOf({ what, subject, rule, contributor, recorded, recomputed, because }: Explained): string {
  const whose = what === 'total' ? null : contributor;
  const about = [subject, rule && `rule ${rule}`, whose && `contributor ${whose}`].filter(Boolean).join(', ');
  const cause = (named: Explained['because']['recorded']) =>
    named === null ? '' : ` (${named.delivery ?? named.event}, ${named.event}, rules ${named.rulesVersion})`;
  const told = (value: unknown) => (value === null ? 'nothing' : JSON.stringify(value));
  return (
    `${what} of ${about}: recorded ${told(recorded)}${cause(because.recorded)}, ` +
    `recomputed ${told(recomputed)}${cause(because.recomputed)}`
  );
}
