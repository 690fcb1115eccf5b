// The rules in force: loaded at the start, exchanged when the files change, kept when a change cannot be loaded.
import { basename, join, relative, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Loader } from './engine/load.ts';
import type { SourceFile } from './engine/problem.ts';
import type { RuleSet } from './engine/rule.ts';
import { textOf } from './problem-formats/text.ts';
import { readRuleFiles, watchRuleFiles } from './rules-directory.ts';
import { inSmallHeap } from './small-heap.ts';
import { type Store, StoreUnavailable } from './store/store.ts';

/** Rules that cannot be used; the message draws every problem. */
export class RulesRefused extends Error {
  override name = 'RulesRefused';
}

/** Rules, and the files they were written in. */
export interface RuleFiles {
  readonly rules: RuleSet;
  readonly files: readonly SourceFile[];
}

export interface ActiveRules {
  current(): RuleSet;
  /** What is wrong with the files as they are now, while older rules are in force; null when nothing is. */
  refused(): string | null;
  /** Resolves once rules that are being exchanged are in force. */
  close(): Promise<void>;
}

export interface ActiveRulesParts {
  readonly directory: string;
  readonly load: Loader;
  /** As they were read from the directory. */
  readonly initial: RuleFiles;
  readonly store: Pick<Store, 'activateRules'>;
  /** Called when other rules are in force. */
  readonly onChange: () => void;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

export async function openRules(parts: ActiveRulesParts): Promise<ActiveRules> {
  const { directory, load, initial, store, onChange, log } = parts;
  let active = initial;
  await activate(active, store);
  let refused: string | null = null;
  let exchanging = Promise.resolve();
  let again: NodeJS.Timeout | undefined;

  const exchange = async () => {
    try {
      const next = await readServedRules(directory, load);
      if (refused !== null) log.info({ version: next.rules.version }, 'the rules can be used again');
      refused = null;
      if (next.rules.version === active.rules.version) return;
      await activate(next, store);
      active = next;
      log.info({ version: next.rules.version, rules: next.rules.rules.length }, 'other rules are in force');
      onChange();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // That the database is away is not the rules' fault, and its address is nobody's business.
      if (!(error instanceof StoreUnavailable)) refused = reason;
      log.error(
        { version: active.rules.version, reason },
        'the changed rules cannot be used; the old ones stay in force',
      );
      // Nothing is wrong with the rules, so nobody will change them again.
      if (error instanceof StoreUnavailable) again = setTimeout(queue, TRY_AGAIN_AFTER).unref();
    }
  };
  const queue = () => {
    clearTimeout(again);
    exchanging = exchanging.then(exchange);
  };
  const watcher = watchRuleFiles(directory, queue);
  return {
    current: () => active.rules,
    refused: () => refused,
    close: async () => {
      watcher.close();
      await exchanging;
      clearTimeout(again);
    },
  };
}

/** Milliseconds until rules that the database could not take are offered to it again. */
const TRY_AGAIN_AFTER = 2_000;

/** @throws RulesRefused when the rules have problems, with all of them; Error when there are none to read */
export async function readRules(directory: string, load: Loader): Promise<RuleFiles> {
  return loaded(await readRuleFiles(directory), load);
}

/** As {@link readRules}; its files go by names that anybody may see, from the directory on: `rules/c4gt.yaml`. */
export async function readServedRules(directory: string, load: Loader): Promise<RuleFiles> {
  const top = resolve(directory);
  const shown = (path: string) => join(basename(top), relative(top, resolve(path)));
  const files = await readRuleFiles(directory);
  return loaded(
    files.map((file) => ({ ...file, path: shown(file.path) })),
    load,
  );
}

function loaded(files: readonly SourceFile[], load: Loader): RuleFiles {
  const { rules, problems } = inSmallHeap(() => load(files));
  if (rules === null) throw new RulesRefused(textOf({ problems, files, strict: false }));
  return { rules, files };
}

async function activate({ rules, files }: RuleFiles, store: Pick<Store, 'activateRules'>): Promise<void> {
  const source = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  await store.activateRules(rules.version, rules.rules.length, source);
}
