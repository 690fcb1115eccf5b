// The demo's cast: people, repositories of two made-up organisations, and the tickets they hold, a line each.
import { ticketBody } from './issue-story.ts';
import type { Person, Place } from './scene.ts';

export const people = {
  // Who contributes.
  ananya: { id: 7_000_101, login: 'ananya-iyer' },
  rohit: { id: 7_000_102, login: 'rohit-verma' },
  meera: { id: 7_000_103, login: 'meera-nair' },
  dev: { id: 7_000_104, login: 'dev-patel' },
  farhan: { id: 7_000_105, login: 'farhan-shaikh' },
  lakshmi: { id: 7_000_106, login: 'lakshmi-rao' },
  arjun: { id: 7_000_107, login: 'arjun-das' },
  sana: { id: 7_000_108, login: 'sana-qureshi' },
  // Who mentors.
  asha: { id: 7_000_201, login: 'asha-kulkarni' },
  vikram: { id: 7_000_202, login: 'vikram-joshi' },
  nisha: { id: 7_000_203, login: 'nisha-menon' },
  imran: { id: 7_000_204, login: 'imran-ali' },
  dependabot: { id: 49_699_333, login: 'dependabot[bot]' },
} as const satisfies Record<string, Person>;

const { asha, vikram, nisha, imran } = people;

interface Repository extends Place {
  readonly organisation: string;
  readonly product: string;
  readonly domain: string;
  readonly mentor: Person;
}

const seva = { organisation: 'Jan Seva Labs', product: 'Seva Desk', domain: 'Citizen Services', mentor: asha };
const aarogya = { organisation: 'Jan Seva Labs', product: 'Aarogya Records', domain: 'Healthcare', mentor: vikram };
const path = { organisation: 'Shiksha Stack', product: 'Shiksha Path', domain: 'Education', mentor: nisha };
const bank = { organisation: 'Shiksha Stack', product: 'Prashna Bank', domain: 'Education', mentor: nisha };
const sync = { organisation: 'Shiksha Stack', product: 'Gram Sync', domain: 'Rural Connectivity', mentor: imran };

const repositories: ReadonlyMap<string, Repository> = new Map(
  [
    { id: 860_001, fullName: 'jan-seva-labs/seva-desk-api', ...seva },
    { id: 860_002, fullName: 'jan-seva-labs/seva-desk-web', ...seva },
    { id: 860_003, fullName: 'jan-seva-labs/aarogya-records', ...aarogya },
    { id: 860_004, fullName: 'shiksha-stack/learning-path', ...path },
    { id: 860_005, fullName: 'shiksha-stack/question-bank', ...bank },
    { id: 860_006, fullName: 'shiksha-stack/offline-sync', ...sync },
  ].map((repository) => [repository.fullName.split('/')[1] ?? '', repository]),
);

// In the order in which they are opened. A dash: the form is left empty there, as on DMP's, which asks no complexity.
const table = `
seva-desk-api#12   | Export grievances as CSV                      | Medium | Node.js, PostgreSQL   | Backend, API
learning-path#23   | Progress bar for each course                  | Low    | Flutter               | Frontend
aarogya-records#3  | Import FHIR bundles                           | High   | Java, FHIR            | Backend
offline-sync#1     | Resume interrupted downloads                  | High   | Kotlin, Android       | Mobile
seva-desk-web#7    | Keyboard access to the grievance form         | Medium | React, WCAG           | Frontend, Accessibility
question-bank#2    | Tag questions by Bloom's level                | Medium | Python, FastAPI       | Backend, API
seva-desk-web#8    | Map of open grievances                        | High   | React, Leaflet        | Frontend
aarogya-records#4  | Mask patient names in logs                    | Medium | Java, Spring Boot     | Backend, Security
question-bank#4    | Render formulas with KaTeX                    | Low    | TypeScript, KaTeX     | Frontend
seva-desk-api#13   | Text message when a grievance is resolved     | Low    | Node.js, Kafka        | Backend
offline-sync#3     | Sync over a village Wi-Fi hub                 | High   | Go, libp2p            | Backend, Networking
learning-path#24   | Certificates as PDF                           | Medium | Node.js, PDF          | Backend
aarogya-records#5  | Search records by health account number       | Medium | Java, OpenSearch      | Backend, API
seva-desk-api#15   | Rate-limit the public status endpoint         | Medium | Node.js, Redis        | Backend, Security
offline-sync#10    | Measure what a sync costs the battery         | -      | Kotlin, Android       | Research
learning-path#22   | Recommend the next lesson                     | High   | Python, scikit-learn  | Machine Learning
seva-desk-web#9    | Remember the language a citizen chose         | Low    | React                 | Frontend, Localisation
question-bank#5    | Find near-duplicate questions                 | High   | Python, pgvector      | Machine Learning
aarogya-records#6  | Reminders for vaccinations                    | Low    | Java, Kafka           | Backend
seva-desk-web#14   | Dark theme with enough contrast               | Low    | CSS                   | Design, Accessibility
offline-sync#4     | Shrink lesson videos before the download      | Medium | FFmpeg, Go            | Backend
learning-path#25   | Read lessons aloud                            | Medium | Flutter, Bhashini     | Mobile, Accessibility
question-bank#6    | Import questions from Word files              | Medium | Python, docx          | Backend
seva-desk-api#16   | Move attachments to object storage            | High   | Node.js, MinIO, CI/CD | Backend, DevOps
aarogya-records#10 | Consent screen in eleven languages            | Medium | Angular, i18n         | Frontend, Localisation
seva-desk-web#11   | Photos straight from the camera               | Medium | React, PWA            | Frontend, Mobile
learning-path#27   | Weekly e-mail summary for teachers            | Low    | Node.js, MJML         | Backend
offline-sync#6     | Show which lessons are on the phone           | Low    | Kotlin, Jetpack       | Mobile
question-bank#9    | Shuffle the options for each pupil            | Low    | TypeScript            | Frontend
seva-desk-api#18   | Error messages in Hindi and Tamil             | Low    | Node.js, i18n         | Localisation
aarogya-records#21 | Encrypt attachments at rest                   | High   | C#, .NET, Vault       | Backend, Security
learning-path#28   | Import courses from a spreadsheet             | Medium | Node.js, XLSX         | Backend
seva-desk-api#19   | Publish an OpenAPI description                | Medium | OpenAPI, Node.js      | Documentation, API
seva-desk-web#17   | Receipt with a QR code                        | Medium | TypeScript, QR        | Frontend
question-bank#11   | Queue for reviewing new questions             | Medium | Python, FastAPI       | Backend, Frontend
offline-sync#8     | Settle edits made on two phones               | Medium | Go, CRDT              | Backend
seva-desk-api#21   | Archive grievances after two years            | Low    | Node.js, PostgreSQL   | Backend
learning-path#30   | Subtitles for every lesson                    | Medium | Python, Bhashini      | Localisation`;

export interface DemoTicket {
  /** `seva-desk-api#12`. */
  readonly address: string;
  readonly place: Repository;
  readonly number: number;
  readonly title: string;
  readonly complexity: string;
  readonly skills: string;
  readonly category: string;
}

export const tickets: readonly DemoTicket[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [address = '', title = '', complexity = '', skills = '', category = ''] = line.split(/\s*\|\s*/);
    return { address, ...placeOf(address), title, complexity, skills, category };
  });

/** The repository and number that `seva-desk-api#12` names. */
export function placeOf(address: string): { place: Repository; number: number } {
  const [name = '', number] = address.split('#');
  const place = repositories.get(name);
  if (place === undefined) throw new Error(`the demo has no repository ${name}`);
  return { place, number: Number(number) };
}

/** The form as its mentor filled it in; `left out` are fields they forgot at first. */
export function bodyOf(ticket: DemoTicket, leftOut: readonly ('category' | 'mentor' | 'complexity')[] = []): string {
  const { place, complexity, skills, category } = ticket;
  const { product, organisation, domain, mentor } = place;
  const filledIn = Object.entries({ category, mentor: `@${mentor.login}`, complexity }).filter(
    ([name, value]) => value !== '-' && !leftOut.some((field) => field === name),
  );
  return ticketBody({ product, organisation, domain, skills, ...Object.fromEntries(filledIn) });
}

/** Most are for everyone; those of the mentoring programme and some others have labels of their own. */
export function labelOf({ complexity, place, number }: DemoTicket): string {
  if (complexity === '-') return 'DMP 2026';
  if (place.product === 'Gram Sync') return 'C4GT Bounty';
  return number % 5 === 0 ? 'C4GT Coding' : 'C4GT Community';
}
