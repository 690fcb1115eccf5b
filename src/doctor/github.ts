// GitHub: whether it answers, whether the clocks agree, and whether it takes the App's credentials.
import type { AppItself, Greeting } from '../github/app-itself.ts';
import { GitHubFailure } from '../github/github.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** @param greet asks GitHub without credentials */
export async function checkReach(
  apiUrl: string,
  greet: () => Promise<Greeting>,
  clock: () => Date,
): Promise<{ found: readonly Finding[]; isThere: boolean }> {
  const { host } = new URL(apiUrl);
  const [began, asked] = [performance.now(), clock()];
  try {
    const { isGitHub, date } = await greet();
    const took = Math.round(performance.now() - began);
    if (!isGitHub) {
      const advice = 'correct GITHUB_API_URL, or look for a proxy in between';
      const what = `something answers at ${host}, and does not say that it is GitHub`;
      return { found: [warning('GitHub', what, advice)], isThere: false };
    }
    const found = [ok('GitHub', `${host} answered in ${took} ms`), ...clockOf(date, asked, clock())];
    return { found, isThere: true };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    const advice = 'look for a firewall or a proxy between this machine and GitHub, or correct GITHUB_API_URL';
    return { found: [problem('GitHub', `${host} does not answer: ${error.message}`, advice)], isThere: false };
  }
}

/**
 * GitHub refuses a token that seems to be of the future, or to live for more than ten minutes; ours are dated a minute
 * back and live for nine.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
const BREAKS = 60;
const NOTICEABLE = 30;

/** GitHub's date is cut to whole seconds, and was made somewhere between asking and hearing. */
function clockOf(date: Date | null, asked: Date, heard: Date): readonly Finding[] {
  if (date === null) return [];
  const [earliest, latest] = [asked.getTime() - date.getTime() - 1_000, heard.getTime() - date.getTime()];
  // Somewhere in between lies the truth; the least of it is what is certain.
  const certain = earliest > 0 ? earliest : latest < 0 ? latest : 0;
  const seconds = Math.round(Math.abs(certain) / 1000);
  const what = `this machine's clock is ${seconds} s ${certain < 0 ? 'behind' : 'ahead of'} GitHub's`;
  const advice = 'set it by NTP';
  if (seconds > BREAKS) return [problem('clock', `${what}: GitHub refuses what the App signs`, advice)];
  if (seconds > NOTICEABLE) return [warning('clock', what, advice)];
  return [ok('clock', 'this machine and GitHub have the same time')];
}

/** @param read asks GitHub as the App */
export async function checkCredentials(
  appId: number,
  read: () => Promise<AppItself>,
): Promise<{ found: readonly Finding[]; itself: AppItself | null }> {
  try {
    const itself = await read();
    const owner = itself.owner?.login ?? itself.owner?.slug ?? 'nobody';
    return {
      found: [ok('credentials', `GitHub knows us as ${itself.slug}, the App ${itself.id} of ${owner}`)],
      itself,
    };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    return { found: [refused(appId, error)], itself: null };
  }
}

function refused(appId: number, { status, message }: GitHubFailure): Finding {
  const what = (text: string) => `${text} (${message})`;
  if (status === 404)
    return problem(
      'credentials',
      what(`there is no App ${appId}`),
      'correct GITHUB_APP_ID: it is on the page of the App',
    );
  if (status === 401)
    return problem(
      'credentials',
      what('GitHub does not take the key'),
      `make a new private key on the page of the App ${appId}, and set GITHUB_PRIVATE_KEY to it`,
    );
  return problem('credentials', what('GitHub did not say whether they fit'), 'try again in a while');
}
