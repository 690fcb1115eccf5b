// The event of a body told by its shape: right for every example of GitHub's that we read, and never a guess.
import { expect } from 'chai';
import { examples } from '../../src/commands/examples.ts';
import { inferEvents } from '../../src/consumers/infer-event.ts';
import { consumers } from '../../src/consumers/registry.ts';

describe('the event of a body', () => {
  for (const event of Object.keys(consumers)) {
    it(`is ${event} for each of its examples`, () => {
      const bodies = examples().get(event) ?? [];
      expect(bodies).not.to.have.length(0);
      for (const [index, body] of bodies.entries())
        expect(inferEvents(body), `${event}/${index + 1}`).to.deep.equal([event]);
    });
  }

  it('is none for what belongs to events that nobody reads here', () => {
    const others = [...examples()].filter(([name]) => !name.includes('.') && !Object.hasOwn(consumers, name));
    expect(others.length).to.be.greaterThan(30);
    for (const [event, bodies] of others) for (const body of bodies) expect(inferEvents(body), event).to.deep.equal([]);
  });

  it('is none for what is no payload', () => {
    for (const body of [null, 1, 'issues', [], {}, { action: 'opened' }, { zen: 1, action: 'x' }, { issue: {} }])
      expect(inferEvents(body).filter((event) => event !== 'ping')).to.deep.equal([]);
  });
});
