// One way to reach the database: its functions, called by name.
import type { Json } from './json.ts';

/** Arguments by name. Lists and objects travel as jsonb, bytes as bytea. */
export type Args = Readonly<Record<string, Json | Uint8Array>>;

export interface Transport {
  /**
   * Calls `public.<name>` and resolves to what it returns: the value of a scalar, null for `void`, and the rows of a
   * function that returns a table. Throws `StoreUnavailable` when trying again may help.
   */
  call(name: string, args: Args): Promise<unknown>;
  close(): Promise<void>;
}
