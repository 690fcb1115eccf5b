// A performer and nothing else, in a process of its own, which a test may stop in the middle of anything: the database and
// the GitHub are those of its arguments; it tells on its standard output what it logs, a line each, and ends by SIGTERM.
import { actions } from '../../src/actions/registry.ts';
import { createGitHubApp } from '../../src/github/app.ts';
import { createStore } from '../../src/store/database-store.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { startPerformer } from '../../src/worker/performer.ts';

const [databaseUrl = '', apiUrl = '', appId = '', privateKey = ''] = process.argv.slice(2);
const tell = (_about: unknown, message = '') => void process.stdout.write(`${message}\n`);
const log = { info: tell, warn: tell, error: tell };
const store = createStore(openPostgres(databaseUrl));
const github = createGitHubApp({ appId: Number(appId), privateKey, apiUrl, log });
const performer = startPerformer({ store, actions, github, log });
tell({}, 'started');
process.once('SIGTERM', () => void performer.stop().then(() => store.close()));
