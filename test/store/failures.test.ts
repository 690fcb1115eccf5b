// Which answers of a database are worth another try, and which are final.
import { expect } from 'chai';
import { asStoreError } from '../../src/store/failures.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { refusalOf } from '../../src/store/supabase-errors.ts';

const passing: readonly [what: string, code: string, message: string][] = [
  ['a full disk', '53100', 'could not extend file "base/5/16610": No space left on device'],
  ['a quota that is used up', 'XX000', 'could not extend file "base/5/16610": Disk quota exceeded'],
  ['a file that has reached its limit', 'XX000', 'could not extend file "base/5/16610": File too large'],
  ['a log that cannot be written', 'XX000', 'could not write to file "pg_wal/xlogtemp.7": Disk quota exceeded'],
  ['a disk that was made read-only', '42501', 'could not open file "base/5/16610": Read-only file system'],
  ['a password that was changed', '28P01', 'password authentication failed for user "c4gt"'],
  ['a database that is being restored', '3D000', 'database "c4gt" does not exist'],
];
const final: readonly [what: string, code: string, message: string][] = [
  ['a bug of its own', 'XX000', 'cache lookup failed for type 7'],
  ['a lack of rights', '42501', 'permission denied for function ping'],
];

describe('what a database answers', () => {
  for (const [cases, passes] of [
    [passing, true],
    [final, false],
  ] as const) {
    for (const [what, code, message] of cases) {
      it(`by ${what} ${passes ? 'passes' : 'does not pass'}`, () => {
        const error = asStoreError(Object.assign(new Error(message), { severity: 'ERROR', code }));
        const refusal = refusalOf(code === '42501' ? 403 : 500, JSON.stringify({ code, message }));
        for (const thrown of [error, refusal]) expect(thrown instanceof StoreUnavailable).to.equal(passes);
      });
    }
  }
});
