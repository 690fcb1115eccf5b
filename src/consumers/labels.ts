// A repository's labels being renamed or deleted, which its issues' own events never tell.
import Type, { type Static } from 'typebox';
import type { LabelChange } from '../facts/observation.ts';
import { Label } from '../models/label.ts';
import { Maybe } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';
import { known, labelFacts, subject, surroundingFacts, surroundings } from './context.ts';

const Payload = Type.Object({
  ...surroundings,
  label: Label,
  changes: Maybe(Type.Object({ name: Maybe(Type.Object({ from: Type.String() })) })),
});
const payloadOf = reader(Payload);

/** https://docs.github.com/webhooks/webhook-events-and-payloads#label */
export const labels: Consumer = {
  event: 'label',
  actions: ['created', 'deleted', 'edited'],
  subject: null,
  read(raw) {
    const payload = payloadOf(raw);
    const { action } = payload;
    const facts = known({ ...surroundingFacts('label', payload), ...labelFacts(payload.label) });
    const label = changeOf(payload);
    return label === null
      ? { action, facts }
      : { action, facts, observation: { subject: subject('repository', payload, 0), label } };
  },
};

function changeOf({ action, label, changes }: Static<typeof Payload>): LabelChange | null {
  if (action === 'deleted') return { id: label.id, was: label.name, name: null };
  const was = changes?.name?.from;
  return action === 'edited' && was !== undefined ? { id: label.id, was, name: label.name } : null;
}
