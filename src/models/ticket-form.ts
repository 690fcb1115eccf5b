// The headings of the ticket forms, of today and of years past, and what each of them means to us.
import { distance } from 'fastest-levenshtein';

export type TicketField =
  | 'product'
  | 'organisation'
  | 'domain'
  | 'skills'
  | 'mentors'
  | 'angel_mentors'
  | 'complexity'
  | 'category'
  | 'sub_category';

/** What a heading is: a field that we read, the mark of a form without complexity, or of the form but not read. */
type Meaning = TicketField | 'milestone' | 'other';

const NAMES: readonly (readonly [meaning: Meaning, names: readonly string[]])[] = [
  ['product', ['product name', 'product', 'project name', 'project']],
  ['organisation', ['organisation name', 'organization name', 'organisation', 'organization']],
  ['domain', ['domain', 'domains', 'domain name']],
  [
    'skills',
    [
      'tech skills needed',
      'tech skills',
      'tech skills required',
      'technical skills needed',
      'technical skills',
      'skills needed',
      'skills required',
      'skills',
      'tech stack',
    ],
  ],
  [
    'mentors',
    [
      'mentors',
      'mentor',
      'mentor name',
      'mentors name',
      'assigned mentors',
      'organisational mentors',
      'organisational mentor',
      'organizational mentors',
      'organizational mentor',
      'organisation mentors',
      'organization mentors',
    ],
  ],
  ['angel_mentors', ['angel mentors', 'angel mentor']],
  ['complexity', ['complexity', 'complexity level', 'project complexity']],
  ['category', ['category', 'categories']],
  ['sub_category', ['sub category', 'sub categories', 'subcategory', 'subcategories']],
  ['milestone', ['goals and mid point milestone', 'mid point milestone', 'mid point milestones']],
  [
    'other',
    [
      'ticket contents',
      'description',
      'goals',
      'setup installation',
      'expected outcome',
      'expected outcome from contributor',
      'expected outcome from mentor',
      'acceptance criteria',
      'implementation details',
      'mockups wireframes',
      'mentorship status',
      'mentorship',
      'mentees',
      'contribution type',
      'issue type',
      'monetary incentive',
      'disclaimer',
      'project details',
      'project description',
      'product description',
      'product owner',
    ],
  ],
];

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  NAMES.flatMap(([meaning, names]) => names.map((name) => [name, meaning] as const)),
);

/**
 * What a heading means, or undefined where the forms know none like it. Case, emphasis, punctuation and remarks in
 * parentheses do not matter, nor does a misspelling of a letter in five; one as near to two fields is neither.
 */
export function meaningOf(heading: string): Meaning | undefined {
  const name = normalise(heading);
  const exact = MEANINGS.get(name);
  if (exact !== undefined || name.length < 5 || name.length > 40) return exact;

  let nearest = Math.min(3, Math.floor(name.length / 5)) + 1;
  let meaning: Meaning | undefined;
  for (const [known, its] of MEANINGS) {
    const far = distance(name, known);
    if (far < nearest) {
      nearest = far;
      meaning = its;
    } else if (far === nearest && its !== meaning) {
      meaning = undefined;
    }
  }
  return meaning;
}

function normalise(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\(s\)/g, 's')
    .replace(/\([^()]*\)/g, ' ')
    .replace(/&/g, ' and ')
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
