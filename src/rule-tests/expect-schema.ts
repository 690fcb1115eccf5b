// The part of the tests' JSON Schema that says what a test can expect.
import { named, type Schema } from '../engine/schema-parts.ts';

const texts = (description: string, ...examples: readonly unknown[]): Schema => ({
  type: 'array',
  items: { type: 'string' },
  description,
  examples: [examples],
});

const byName = (items: Schema, description: string, example: unknown): Schema => ({
  type: 'object',
  additionalProperties: items,
  description,
  examples: [example],
});

const TEXT: Schema = { type: ['string', 'null'] };
const TEXTS: Schema = { type: 'array', items: { type: 'string' } };

/** A ticket is known by its address, or by whatever of its row matters. */
const TICKET: Schema = {
  ...named(
    'key',
    {
      repository: { type: 'string' },
      number: { type: 'integer' },
      points: { type: ['integer', 'null'] },
      status: { enum: ['open', 'assigned', 'closed'] },
      title: { type: 'string' },
      organisation: TEXT,
      product: TEXT,
      domain: TEXT,
      complexity: TEXT,
      category: TEXTS,
      skills: TEXTS,
      mentors: TEXTS,
      assignees: TEXTS,
      private: { type: 'boolean' },
    },
    { minProperties: 1 },
  ),
  type: ['string', 'object'],
};

export const expectSchema: Schema = named(
  'expectation',
  {
    points: byName({ type: 'integer' }, 'Who has points, and how many. `{}`: nobody has any.', { asha: 20 }),
    tickets: {
      type: 'array',
      items: TICKET,
      description: 'What is on the public list. `[]`: nothing.',
      examples: [['octocat/Hello-World#1'], [{ number: 42, points: 20, status: 'open' }]],
    },
    badges: byName(TEXTS, 'Who has which badges. `{}`: nobody has any.', { asha: ['Rising Star'] }),
    comments: texts('The texts of the comments that stand or were written.', 'Please add: Complexity.'),
    labels: texts('The labels that the rules have added and that stand.', 'needs details'),
    checks: byName(
      { ...TEXTS, type: ['string', 'array'] },
      'The checks that stand, by name: what each comes to, or of several by that name all that they come to.',
      { Ticket: 'failure' },
    ),
    notifications: texts('What was told to Discord.', 'New ticket: Export as CSV'),
    effects: texts('All that stands or happened, in the words of `why`.', 'awards 20 points to asha'),
    parked: texts(
      'What waits for room under the limits of its rule, in the words of `why`.',
      'awards 20 points to asha',
    ),
    shadow: byName(TEXTS, 'By rule: what its shadow would have made stand, or happen, in the words of `why`.', {
      'c4gt-community/merged': ['awards 20 points to asha'],
    }),
    errors: texts('The rules that fail on a subject. Where this is left out, none may.', 'c4gt-community/merged'),
  },
  { minProperties: 1 },
);
