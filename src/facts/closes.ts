// `pull_request.closes`: the issues a pull request closes, by its closing keywords, as addresses `owner/name#12`.
import { closingReferences } from '../models/closing-references.ts';
import type { Facts } from './fact.ts';

/**
 * GitHub reads closing keywords in the description; a squash merge makes the title's count as well. Once merged, it is
 * the text that was merged that counts: an edit afterwards closes nothing, and must earn nothing.
 *
 * @param text title and description; by default those among the facts
 */
export function closesOf(
  facts: Facts,
  text: { readonly title: string; readonly body: string } = written(facts),
): string[] {
  const [name, url] = [facts['repository.full_name'], facts['repository.html_url']];
  if (typeof name !== 'string') return [];
  const surroundings = { full_name: name, ...(typeof url === 'string' ? { html_url: url } : {}) };
  const references = closingReferences(`${text.title}\n\n${text.body}`, surroundings);
  return references.map(({ repository, number }) => `${repository}#${number}`);
}

function written(facts: Facts): { title: string; body: string } {
  const [title, body] = [facts['pull_request.title'], facts['pull_request.body']];
  return { title: typeof title === 'string' ? title : '', body: typeof body === 'string' ? body : '' };
}
