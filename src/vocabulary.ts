// What rules can speak of in this programme's server: the catalogue's facts, the consumers' events, the actions.
import { actions } from './actions/registry.ts';
import { consumers } from './consumers/registry.ts';
import type { Vocabulary } from './engine/language.ts';
import { derivedEvents } from './facts/catalogue/events.ts';
import { catalogue } from './facts/catalogue.ts';

export const vocabulary: Vocabulary = {
  facts: catalogue,
  events: [...Object.values(consumers), ...derivedEvents],
  actions,
};
