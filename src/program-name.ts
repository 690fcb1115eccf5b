// What has to be typed to call `c4gt` again where this was started: messages that say what to do next begin with it.

type Environment = Readonly<Record<string, string | undefined>>;

/** Scripts of package.json that start this program; their users have a checkout, in which there is no `c4gt` to call. */
const SCRIPTS = ['c4gt', 'start', 'demo'];

/**
 * @param environment usually `process.env`; npm says in it what it runs:
 *   https://docs.npmjs.com/cli/using-npm/scripts#environment
 */
export function programName({ npm_package_name: name, npm_lifecycle_event: script = '' }: Environment): string {
  return name === 'c4gt-community-support' && SCRIPTS.includes(script) ? 'npm run c4gt --' : 'c4gt';
}

export const C4GT = programName(process.env);
