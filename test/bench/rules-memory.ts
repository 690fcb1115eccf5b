// `rules-memory.ts <directory>` loads the rules there, keeps them as a server does, and prints `{ rss, peak }` in MB.
import { readServedRules } from '../../src/active-rules.ts';
import { stepwiseRuleLoader } from '../../src/engine/load.ts';
import { vocabulary } from '../../src/vocabulary.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('see the first line');
const { rules, files } = await readServedRules(directory, stepwiseRuleLoader(vocabulary, { keepsFiles: false }));
if (rules.rules.length !== 10_000) throw new Error('there should be 10,000 rules');
const rss = Math.round(process.memoryUsage.rss() / 1e6);
const peak = Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
console.log(JSON.stringify({ rss, peak }));
// The rules are still there.
if (rules.byId.size === 0 || files.length === 0) throw new Error('they were let go of');
