// Where the parts of a rule are written, for what the compiled rule no longer says.
import type { WrittenFile } from '../../engine/names.ts';
import type { At, Rule } from '../../engine/rule.ts';

/** Gives the place of a part, by its path below the rule: `then/0/award_points/points`. */
export function placesIn(rule: Rule, files: readonly WrittenFile[]): (path: string) => At {
  const source = files.find(({ source: { file } }) => file.path === rule.at.file)?.source;
  const name = rule.id.slice(rule.id.indexOf('/') + 1);
  return (path) =>
    source === undefined ? rule.at : { file: rule.at.file, ...source.placeOf(`/rules/${name}/${path}`, 'key') };
}
