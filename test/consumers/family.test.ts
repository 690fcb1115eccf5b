// A body under the name of another event: refused, or at least without effect on what we know.
import { expect } from 'chai';
import { checkFamily } from '../../src/consumers/family.ts';
import { consumers } from '../../src/consumers/registry.ts';
import { InvalidPayload } from '../../src/models/validate.ts';
import { examples } from './examples.ts';

/** What a body teaches under the name of an event; null when it is refused. */
function taught(event: keyof typeof consumers, payload: object): object | null {
  try {
    checkFamily(event, payload);
    const { observation, installation } = consumers[event].read(payload);
    return observation ?? installation ?? null;
  } catch (error) {
    if (error instanceof InvalidPayload) return null;
    throw error;
  }
}

describe('an event name that anybody may have written on the envelope', () => {
  for (const claimed of Object.keys(consumers) as (keyof typeof consumers)[]) {
    it(`${claimed} teaches nothing from a body of any other event`, () => {
      for (const [event, payload] of examples) {
        if (event === claimed) checkFamily(claimed, payload);
        else expect(taught(claimed, payload), `${event}.${payload.action}`).to.equal(null);
      }
    });
  }
});
