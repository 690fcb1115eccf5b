// A Supabase project in a process of its own, for benchmarks: prints `{ url, secretKey }`, and ends by SIGTERM.
import { openSupabase } from '../../src/store/supabase.ts';
import { startSupabase } from '../support/supabase.ts';

const { url, secretKey, stop } = await startSupabase(String(process.argv[2]));
// Its first request sets something up in the database, and two at once would get in one another's way.
await openSupabase({ url, secretKey }).call('ping', {});
console.log(JSON.stringify({ url, secretKey }));
process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
