// The rules in force: loaded at the start, exchanged when the files change, kept when a change cannot be loaded.
import { basename, join, relative, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Loaded, Loader, StepwiseLoader } from './engine/load.ts';
import type { SourceFile } from './engine/problem.ts';
import type { RuleSet } from './engine/rule.ts';
import type { Steps } from './engine/steps.ts';
import { inSlices } from './in-slices.ts';
import { messageOf } from './message-of.ts';
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
  /** Gives up what is being loaded, and resolves once rules that the database is being told of are in force. */
  close(): Promise<void>;
}

export interface ActiveRulesParts {
  readonly directory: string;
  readonly load: StepwiseLoader;
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
  /** Loaded, and not in force: the database could not take them. */
  let waiting: RuleFiles | null = null;
  let again: NodeJS.Timeout | undefined;
  const closing = new AbortController();

  const exchange = async (areStill: () => Promise<boolean>) => {
    const [read] = await Promise.allSettled([readShown(directory)]);
    // Somebody writes to them meanwhile: half a file may have been read, and there will be another call.
    if (!(await areStill())) return;
    if (read.status === 'rejected') throw read.reason;
    const files = read.value;
    const next =
      [active, waiting].find((known) => known !== null && areSame(known.files, files)) ??
      (await loaded(files, load, closing.signal));
    if (refused !== null) log.info({ version: next.rules.version }, 'the rules can be used again');
    refused = null;
    if (next.rules.version === active.rules.version) return;
    waiting = next;
    await activate(next, store);
    [active, waiting] = [next, null];
    log.info({ version: next.rules.version, rules: next.rules.rules.length }, 'other rules are in force');
    onChange();
  };
  const tryExchange = async (areStill: () => Promise<boolean>) => {
    try {
      await exchange(areStill);
    } catch (error) {
      if (closing.signal.aborted) return;
      const reason = messageOf(error);
      // That the database is away is not the rules' fault, and its address is nobody's business.
      if (!(error instanceof StoreUnavailable)) refused = reason;
      log.error(
        { version: active.rules.version, reason },
        'the changed rules cannot be used; the old ones stay in force',
      );
      // Nothing is wrong with the rules, so nobody will change them again.
      if (error instanceof StoreUnavailable) again = setTimeout(() => changed(areStill), TRY_AGAIN_AFTER).unref();
    }
  };

  // However many changes come while rules are loaded, they are loaded once more, and not at the same time.
  let change: (() => Promise<boolean>) | null = null;
  let exchanging: Promise<void> | null = null;
  const exchangeUntilSettled = async () => {
    while (change !== null && !closing.signal.aborted) {
      const areStill = change;
      change = null;
      await tryExchange(areStill);
    }
    exchanging = null;
  };
  const changed = (areStill: () => Promise<boolean>) => {
    clearTimeout(again);
    change = areStill;
    exchanging ??= exchangeUntilSettled();
  };
  const watcher = watchRuleFiles(directory, changed);
  return {
    current: () => active.rules,
    refused: () => refused,
    close: async () => {
      watcher.close();
      closing.abort();
      await exchanging;
      clearTimeout(again);
    },
  };
}

/** Milliseconds until rules that the database could not take are offered to it again. */
const TRY_AGAIN_AFTER = 2_000;

/** @throws RulesRefused when the rules have problems, with all of them; Error when there are none to read */
export async function readRules(directory: string, load: Loader): Promise<RuleFiles> {
  const files = await readRuleFiles(directory);
  return accepted(load(files), files);
}

/**
 * As {@link readRules}, for a process that serves: other work goes on meanwhile, and the files go by names that anybody
 * may see, from the directory on: `rules/c4gt.yaml`.
 */
export async function readServedRules(directory: string, load: StepwiseLoader): Promise<RuleFiles> {
  return await loaded(await readShown(directory), load);
}

async function readShown(directory: string): Promise<SourceFile[]> {
  const top = resolve(directory);
  const shown = (path: string) => join(basename(top), relative(top, resolve(path)));
  return (await readRuleFiles(directory)).map((file) => ({ ...file, path: shown(file.path) }));
}

async function loaded(files: readonly SourceFile[], load: StepwiseLoader, signal?: AbortSignal): Promise<RuleFiles> {
  const slicing = { during: inSmallHeap, ...(signal === undefined ? {} : { signal }) };
  return accepted(await inSlices(ready(files, load), slicing), files);
}

/** Loads, and makes what the first decision would otherwise wait for. */
function* ready(files: readonly SourceFile[], load: StepwiseLoader): Steps<Loaded> {
  const result = yield* load(files);
  yield* result.rules?.index() ?? [];
  return result;
}

function accepted({ rules, problems }: Loaded, files: readonly SourceFile[]): RuleFiles {
  if (rules === null) throw new RulesRefused(textOf({ problems, files, strict: false }));
  return { rules, files };
}

function areSame(some: readonly SourceFile[], others: readonly SourceFile[]): boolean {
  const isSame = ({ path, text, unreadable }: SourceFile, other: SourceFile | undefined) =>
    path === other?.path && text === other.text && unreadable === other.unreadable;
  return some.length === others.length && some.every((file, place) => isSame(file, others[place]));
}

async function activate({ rules, files }: RuleFiles, store: Pick<Store, 'activateRules'>): Promise<void> {
  const source = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  await store.activateRules(rules.version, rules.rules.length, source);
}
