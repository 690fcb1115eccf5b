// The JSON Schema of one rule.
import type { Actions } from '../actions/action.ts';
import { actionSchema } from './action-schema.ts';
import type { Audience } from './schema-audience.ts';
import { named, part, type Schema } from './schema-parts.ts';

const MODES = [
  { name: 'live', meaning: 'Decided, and what follows is done.' },
  { name: 'shadow', meaning: 'Decided and recorded, and nothing changes; to try a rule out.' },
];

const PACES = [
  { name: 'delivery', meaning: 'At every event at which the condition holds.' },
  { name: 'subject', meaning: 'Once for each issue, pull request or contributor.' },
  {
    name: 'contributor',
    meaning: "Once for each user in an action's `to`, or else the event's sender; over all subjects.",
  },
];

const LIMIT = { type: 'integer', minimum: 1, maximum: 1_000_000 };

export function ruleSchema(actions: Actions, to: Audience): Schema {
  const about = (description: string, example?: unknown) =>
    to.about({ description, ...(example === undefined ? {} : { examples: [example] }) });
  return named(
    'key',
    {
      description: { type: 'string', minLength: 1, maxLength: 500, ...about('What the rule does, in a sentence.') },
      on: {
        type: ['string', 'array'],
        ...to.cases({ string: part('on'), array: { items: part('on'), minItems: 1, uniqueItems: true } }),
        ...about('The events that bring a subject under this rule: `issues`, `issues.labeled`, or a list.', 'issues'),
        ...to.about({ title: 'Event' }),
      },
      while: {
        ...part(to.isEditor ? 'state-condition' : 'condition'),
        ...about('The effects stand while this holds, and are withdrawn when it stops holding.'),
      },
      when: { ...part('condition'), ...about('The effects happen when this holds at the event, and stay.') },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of the rule language, not a thenable
      then: {
        type: 'array',
        minItems: 1,
        items: named('action', Object.fromEntries(Object.values(actions).map((a) => [a.name, actionSchema(a, to)])), {
          minProperties: 1,
          maxProperties: 1,
        }),
        ...about('What follows: one action for each item.'),
      },
      enabled: { type: 'boolean', default: true, ...about('false: as if the rule were not there.') },
      mode: {
        default: 'live',
        ...to.choice(null, MODES),
        ...about('Whether what follows is done, or only recorded.'),
      },
      limits: {
        ...named(
          'limit',
          {
            per_hour: { ...LIMIT, ...about('Effects of this rule within an hour, over all subjects.', 20) },
            per_day: { ...LIMIT, ...about('Effects of this rule within 24 hours, over all subjects.', 100) },
          },
          { minProperties: 1 },
        ),
        ...about('How much the rule may do; what goes over is parked, and done when there is room again.'),
      },
      once_per: {
        default: 'delivery',
        ...to.choice(null, PACES),
        ...about('With `when`: how often the effects happen.'),
      },
    },
    {
      ...to.about({ title: 'Rule', description: 'What follows, at which events and under which condition.' }),
      required: ['on', 'then'],
      ...(to.isEditor ? CLAUSES : { oneOf: [{ required: ['while'] }, { required: ['when'] }] }),
    },
  );
}

/** Exactly one of `while` and `when`, said so that editors say it well. `errorMessage` is yaml-language-server's. */
const CLAUSES: Schema = {
  anyOf: ['while', 'when'].map((clause) => ({ required: [clause], errorMessage: 'A rule needs `while` or `when`.' })),
  allOf: [
    ['when', 'A rule has `while` or `when`, and not both.'],
    ['once_per', '`once_per` goes with `when`: what a `while` holds stands once anyway.'],
  ].map(([key = '', errorMessage]) => ({
    if: { type: 'object', required: ['while'] },
    // biome-ignore lint/suspicious/noThenProperty: `then` is JSON Schema's keyword
    then: { properties: { [key]: false }, errorMessage },
  })),
};
