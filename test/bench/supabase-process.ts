// A Supabase project in a process of its own, for benchmarks: prints `{ url, secretKey }`, and ends by SIGTERM.
import { startSupabase } from '../support/supabase.ts';

const { url, secretKey, stop } = await startSupabase(String(process.argv[2]));
console.log(JSON.stringify({ url, secretKey }));
process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
