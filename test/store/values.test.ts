// Values at the store's edges: packed bodies, columns as drivers give them, and which failures pass.
import { randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { compressBodies, decompressBodies, MAX_BATCH_BYTES } from '../../src/store/body.ts';
import { createStore } from '../../src/store/database-store.ts';
import { asStoreError } from '../../src/store/failures.ts';
import { createReadBodies } from '../../src/store/read-bodies.ts';
import { bytesOf, integerOf, textOf } from '../../src/store/rows.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import type { Args, Transport } from '../../src/store/transport.ts';

/** A database that has these batches, by their numbers, and answers as PostgREST does. */
function holding(batches: ReadonlyMap<number, Uint8Array>) {
  const asked: number[][] = [];
  const call = async (_: string, { batches: wanted }: Args): Promise<unknown> => {
    asked.push([...(wanted as number[])]);
    // Two at a time, as when they are large.
    return (wanted as number[]).slice(0, 2).map((batch) => {
      const bodies = batches.get(batch);
      // Unknown, or not what it is: that may cost time, and nothing else.
      const size = batch % 2 === 0 ? null : batch;
      return { batch, size, bodies: bodies === undefined ? null : `\\x${Buffer.from(bodies).toString('hex')}` };
    });
  };
  return { asked, readBodies: createReadBodies({ call }) };
}

describe('bodies', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 500 }), { minLength: 1, maxLength: 6 });

  it('come back out of their batches as they were, whichever are wanted, in the order asked for', async () => {
    const wanted = fc.array(fc.tuple(fc.nat(4), fc.nat(5)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { minLength: 5, maxLength: 5 }), fc.array(wanted), async (batches, claims) => {
        const packed = await Promise.all(batches.map(compressBodies));
        const { readBodies } = holding(new Map(packed.entries()));
        for (const claim of claims) {
          const found = claim.map(([batch, place]) => {
            const all = batches[batch] ?? [];
            const index = place % all.length;
            const start = all.slice(0, index).reduce((sum, body) => sum + body.length, 0);
            const body = all[index] ?? new Uint8Array();
            return { body, place: { batch, start, size: all.length === 1 ? null : body.length } };
          });
          const read = await readBodies(found.map(({ place }) => place));
          expect(
            read.map((body) => (body instanceof Uint8Array ? Buffer.from(body).toString('hex') : body)),
          ).to.deep.equal(found.map(({ body }) => Buffer.from(body).toString('hex')));
        }
      }),
    );
  });

  it('of one batch are read once, however many are wanted', async () => {
    const { asked, readBodies } = holding(new Map([[7, await compressBodies([Buffer.from('ab'), Buffer.from('cd')])]]));
    const found = await readBodies([1, 2, 0, 1].map((start) => ({ batch: 7, start, size: 2 })));
    expect(found.map(String)).to.deep.equal(['bc', 'cd', 'ab', 'bc']);
    expect(asked).to.deep.equal([[7]]);
  });

  it('that are pruned, garbage or out of bounds harm none of those asked for with them', async () => {
    const { readBodies } = holding(
      new Map([
        [1, await compressBodies([Buffer.from('whole')])],
        [2, Buffer.from('garbage')],
        [4, await compressBodies([Buffer.from('short')])],
      ]),
    );
    const found = await readBodies([1, 2, 3, 4, 1].map((batch) => ({ batch, start: 0, size: batch === 4 ? 6 : null })));
    expect(found.map((body) => (body instanceof Error ? 'error' : body && String(body)))).to.deep.equal([
      'whole',
      'error',
      null,
      'error',
      'whole',
    ]);
  });

  it('are packed and unpacked to no more than what is ever stored together', async function () {
    this.timeout(20_000);
    const most = Buffer.alloc(MAX_BATCH_BYTES);
    expect(await decompressBodies(await compressBodies([most]))).to.have.length(MAX_BATCH_BYTES);
    const tooMany = await compressBodies([most, randomBytes(1)]).catch((error: unknown) => error);
    expect(tooMany).to.be.instanceOf(RangeError);
    const bomb = await decompressBodies(zstdCompressSync(Buffer.alloc(MAX_BATCH_BYTES + 1))).catch(
      (error: unknown) => error,
    );
    expect(bomb).to.be.instanceOf(RangeError);
  });
});

describe('columns', () => {
  it('are read in every form that drivers give them', () => {
    for (const value of [42, 42n, '42']) {
      expect(integerOf({ id: value }, 'id')).to.equal(42);
    }
    for (const value of [Buffer.from([0, 255]), new Uint8Array([0, 255]), '\\x00ff', '\\x00FF']) {
      expect([...bytesOf({ body: value }, 'body')]).to.deep.equal([0, 255]);
    }
    expect(textOf({ event: 'issues' }, 'event')).to.equal('issues');
  });

  it('in any other form are faults, not values', () => {
    for (const value of [null, undefined, 1.5, 'x', 2n ** 60n, {}]) {
      expect(() => integerOf({ id: value }, 'id')).to.throw(TypeError);
    }
    for (const value of [null, '00ff', '\\x0', '\\xzz', [0]]) {
      expect(() => bytesOf({ body: value }, 'body')).to.throw(TypeError);
    }
    expect(() => textOf({ event: 1 }, 'event')).to.throw(TypeError);
  });
});

describe('a failure', () => {
  const reported = (code: string) => Object.assign(new Error('as Postgres says'), { severity: 'ERROR', code });
  const cases: [unknown, boolean][] = [
    [reported('40P01'), true],
    [reported('40001'), true],
    [reported('57P01'), true],
    [reported('57P03'), true],
    [reported('57014'), true],
    [reported('08006'), true],
    [reported('53300'), true],
    [reported('25006'), true],
    [reported('28P01'), true],
    [reported('3D000'), true],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), true],
    [new Error('Connection terminated unexpectedly'), true],
    [new AggregateError([new Error('::1'), new Error('127.0.0.1')]), true],
    [reported('23505'), false],
    [reported('42883'), false],
    [reported('22P02'), false],
    [reported('42501'), false],
    [new TypeError('ours'), false],
  ];
  for (const [error, passes] of cases) {
    it(`${Object(error).code ?? error} ${passes ? 'may pass' : 'will not pass'} by trying again`, () => {
      const judged = asStoreError(error);
      expect(judged instanceof StoreUnavailable).to.equal(passes);
      expect(passes ? Object(judged).cause : judged).to.equal(error);
    });
  }
});

describe('the store over a transport that speaks JSON', () => {
  it('reads bytes as hexadecimal and numbers as numbers', async () => {
    const bodies = `\\x${Buffer.from(await compressBodies([Buffer.from('{}')])).toString('hex')}`;
    const place = { batch: 3, start: 0, size: 2 };
    const row = {
      message: 1,
      attempt: 1,
      failures: 0,
      delivery: 2,
      guid: 'g',
      event: 'issues',
      subject: null,
      ...place,
    };
    const call = async (name: string) => [name === 'read_bodies' ? { batch: 3, size: 2, bodies } : row];
    const transport: Transport = { call, close: async () => undefined };
    const [work] = await createStore(transport).claim(1, 60);
    expect(work?.delivery).to.include({ id: 2, event: 'issues' });
    expect(String(work?.delivery?.body)).to.equal('{}');
  });
});
