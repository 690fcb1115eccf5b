// json-rules-engine's own numbered examples, said in our language, come to what json-rules-engine comes to: every rule
// and every condition of it, with the facts of the example and with facts at random.
import { expect } from 'chai';
import fc from 'fast-check';
import { examples } from './examples.ts';
import { rulesIn } from './language.ts';
import { ours } from './same-results.ts';

describe("json-rules-engine's examples, in our language", () => {
  for (const { name, run, cases, random } of examples) {
    const rules = rulesIn(name);

    it(`${name}: hold as documented`, async () => {
      for (const [facts, held] of cases) {
        const results = await ours(rules, facts);
        expect(Object.keys(results).filter((id) => results[id]?.held)).to.deep.equal(held);
        expect(results).to.deep.equal(await run(facts));
      }
    });

    it(`${name}: come to the same with any facts`, async () => {
      await fc.assert(
        fc.asyncProperty(random, async (facts) => {
          expect(await ours(rules, facts)).to.deep.equal(await run(facts));
        }),
      );
    });
  }
});
