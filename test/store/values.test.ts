// Values at the store's edges: packed bodies, columns as drivers give them, and which failures pass.
import { expect } from 'chai';
import fc from 'fast-check';
import { compressBody, decompressBody, MAX_BODY_BYTES } from '../../src/store/body.ts';
import { createStore } from '../../src/store/database-store.ts';
import { asStoreError } from '../../src/store/failures.ts';
import { bytesOf, integerOf, textOf } from '../../src/store/rows.ts';
import { StoreUnavailable, type Transport } from '../../src/store/store.ts';

describe('bodies', () => {
  it('come back from compression as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (body) => {
        expect(Buffer.from(decompressBody(compressBody(body)))).to.deep.equal(Buffer.from(body));
      }),
    );
  });

  it('never unpack to more than GitHub sends', () => {
    const largest = compressBody(Buffer.alloc(MAX_BODY_BYTES));
    const bomb = compressBody(Buffer.alloc(MAX_BODY_BYTES + 1));
    expect(decompressBody(largest)).to.have.length(MAX_BODY_BYTES);
    expect(() => decompressBody(bomb)).to.throw(RangeError);
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
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), true],
    [new Error('Connection terminated unexpectedly'), true],
    [new AggregateError([new Error('::1'), new Error('127.0.0.1')]), true],
    [reported('23505'), false],
    [reported('42883'), false],
    [reported('22P02'), false],
    [reported('28P01'), false],
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
    const body = `\\x${Buffer.from(compressBody(Buffer.from('{}'))).toString('hex')}`;
    const row = { message: 1, attempt: 1, delivery: 2, guid: 'g', event: 'issues', body, subject: null };
    const transport: Transport = { call: async () => [row], close: async () => undefined };
    const [work] = await createStore(transport).claim(1, 60);
    expect(work?.delivery).to.include({ id: 2, event: 'issues' });
    expect(String(work?.delivery?.body)).to.equal('{}');
  });
});
