// Paths as GitHub knows them: from the top of the repository.
import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * A file's path from the top of the repository, with slashes; an absolute one where it lies elsewhere. GitHub Actions says
 * where the top is; otherwise it is taken to be where one stands.
 */
export function fromTop(file: string): string {
  const path = relative(process.env['GITHUB_WORKSPACE'] ?? process.cwd(), file);
  const isElsewhere = isAbsolute(path) || path.split(sep)[0] === '..';
  return (isElsewhere ? resolve(file) : path).replaceAll(sep, '/');
}
