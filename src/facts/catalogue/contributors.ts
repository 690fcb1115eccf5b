// Facts about a contributor: an account that has earned points, or registered. At GitHub's events it is who caused them.
import type { FactEntry } from '../fact.ts';
import { entries, OCTOCAT } from './entries.ts';
import { CONTRIBUTORS } from './events.ts';

const contributor = (prefix: string) => ({ prefix, scope: 'state', source: 'ledger', events: CONTRIBUTORS }) as const;

export const contributorFacts: readonly FactEntry[] = [
  ...entries(contributor(''), [
    [
      'contributor',
      'user',
      "The contributor's account; of GitHub's events, the sender's, whom a `when` may ask about.",
      { example: OCTOCAT },
    ],
  ]),
  ...entries(contributor('contributor'), [
    ['points', 'number', 'The sum of their ledger; 0 for somebody we never saw.', { example: 50 }],
    ['registered', 'boolean', 'Whether they have linked their account to the programme.', { example: true }],
    ['badges', 'strings', 'Names of the badges they have.', { example: ['Rising Star'] }],
  ]),
];
