// What whoever sets this up wants: who owns the App, what it is called, and where this service is. Read from a form, or
// from the options of the command.

export interface Wish {
  /** Login of an organisation; null: the personal account of whoever is logged in to GitHub. */
  readonly organisation: string | null;
  readonly name: string;
  /** Where this service is for the world, without a slash at the end; null while it is nowhere. */
  readonly baseUrl: string | null;
}

/** As it was written, to be shown again beside what is wrong with it. */
export interface WrittenWish {
  readonly organisation: string;
  readonly name: string;
  readonly baseUrl: string;
}

export const DEFAULT_NAME = 'C4GT Community Support';
/** https://docs.github.com/apps/creating-github-apps/registering-a-github-app/registering-a-github-app */
export const LONGEST_NAME = 34;
/** A redirect and the webhook's path have to fit in besides. */
const LONGEST_ADDRESS = 200;

/** @returns the wish, or a sentence for everything that is wrong with it */
export function readWish(written: WrittenWish): Wish | readonly string[] {
  const faults: string[] = [];
  const organisation = written.organisation.trim().replace(/^@/, '');
  if (organisation !== '' && !/^[a-z\d][a-z\d_-]{0,38}$/i.test(organisation))
    faults.push('The organisation is its name in GitHub’s addresses: letters, digits and hyphens, at most 39.');
  const name = written.name.trim();
  if (name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name) || !name.isWellFormed())
    faults.push(`The App’s name has from 1 to ${LONGEST_NAME} characters.`);
  const baseUrl = readAddress(written.baseUrl.trim());
  if (baseUrl === undefined)
    faults.push(
      'The address of this service is like https://community.example.org, without a query, or is left empty.',
    );
  return faults.length > 0 || baseUrl === undefined
    ? faults
    : { organisation: organisation === '' ? null : organisation, name, baseUrl };
}

/** As BASE_URL is read, and of characters that need no care in a `.env` file. Undefined when it is no such address. */
function readAddress(text: string): string | null | undefined {
  if (text === '') return null;
  const url = URL.parse(text);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && !/[?#@\\\s]/.test(text);
  if (!isPlain || text.length > LONGEST_ADDRESS || !/^[\w./:%~[\]-]*$/.test(url.href)) return undefined;
  return url.href.replace(/\/+$/, '');
}
