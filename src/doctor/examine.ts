// Everything that the doctor looks at, in the order in which it is told. Nothing is changed by it.
import { inspectDatabase } from '../store/inspect.ts';
import { vocabulary } from '../vocabulary.ts';
import { checkConfiguration } from './configuration.ts';
import { checkDatabase } from './database.ts';
import { examineGitHub } from './examine-github.ts';
import { type Finding, skipped } from './finding.ts';
import { findings, guarded } from './guarded.ts';
import { checkRules, type RuleNeeds } from './rules.ts';
import { askServer, checkBaseUrl, checkFiles } from './service.ts';

export interface Examination {
  /** Usually `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock?: () => Date;
  /** Milliseconds that one question may take. */
  readonly timeout?: number;
  /** Milliseconds that GitHub may take for all that it is asked. */
  readonly patience?: number;
}

export async function examine(examination: Examination): Promise<readonly Finding[]> {
  const { environment, clock = () => new Date(), timeout = 4_000, patience = 9_000 } = examination;
  const { found, config, faulty } = checkConfiguration(environment);
  const { databaseUrl, supabase, dataDir, rulesDir, baseUrl, host, port, github } = config;
  const rules = await guarded<{ needs: RuleNeeds | null }>('rules', { needs: null }, () =>
    checkRules(rulesDir, vocabulary),
  );
  const where = { databaseUrl, supabase, dataDir };
  const others = await Promise.all([
    DATABASE.some((name) => faulty.has(name))
      ? [skipped('database', 'nobody can say which is meant')]
      : findings('database', () =>
          checkDatabase({
            ...where,
            inspect: () => inspectDatabase(where),
            askServer: () => askServer(host, port, timeout),
          }),
        ),
    findings('files', () => checkFiles(databaseUrl === null && supabase === null ? dataDir : null)),
    findings('service', () => checkBaseUrl(baseUrl, timeout)),
    faulty.has('GITHUB_API_URL')
      ? [skipped('GitHub', 'nobody can say which is meant')]
      : examineGitHub({ ...github, baseUrl, needs: rules.needs, clock, timeout, patience }),
  ]);
  return [...found, ...rules.found, ...others.flat()];
}

const DATABASE = ['DATABASE_URL', 'SUPABASE_URL', 'SUPABASE_SECRET_KEY'];
