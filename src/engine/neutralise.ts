// What payloads supply, made harmless where it becomes Markdown: it mentions nobody, links to nothing, refers to nothing,
// is no image and no HTML, and changes nothing of what the rule's author wrote around it.
//
// GitHub and Discord look for mentions, references and addresses in the finished text, after Markdown is done with it, so
// neither a backslash nor an entity hides them: a zero-width space inside does, as Dependabot and Renovate use it. What
// Markdown itself reads is written as entities for GitHub, which hold in HTML and in link targets too, and with
// backslashes for Discord, which knows no entities.

/** Whose Markdown it is. */
export type Flavour = 'github' | 'discord';

const APART = '\u200b';

/** Stands at both ends of what a payload supplied until it is known what is next to it; private use, so no text has it. */
const EDGE = '\ue000';

/** Of one payload; the rest of the author's text shall still find room. Discord takes 2,000 characters in all. */
const MOST: Readonly<Record<Flavour, number>> = { github: 5_000, discord: 500 };

/**
 * One value from a payload as plain text in Markdown, on one line; what is too long is cut there, and says so. Goes
 * through {@link joined} with the text it was put into.
 */
export function neutralised(value: string, flavour: Flavour): string {
  const text = cut(oneLine(value), MOST[flavour]);
  return text === '' ? '' : `${EDGE}${WRITTEN[flavour](broken(text))}${EDGE}`;
}

/** A text with values put in, none of which becomes something else by what it stands next to: `@{{ issue.title }}`. */
export function joined(text: string): string {
  return text.split(EDGE).reduce((left, right) => {
    const near = left.slice(-8);
    if (/^\S/.test(right) && BEGUN.test(near)) return `${left.slice(0, -8)}${near.replace(BEGUN, APART)}${right}`;
    const isTouched = (BEFORE.test(near) && AFTER.test(right)) || (TARGET.test(near) && right.startsWith(' '));
    return `${left}${isTouched ? APART : ''}${right}`;
  });
}

/** What turns a value right behind it into something: `@`, `#`, the middle of an address, the beginning of a link. */
const BEFORE = /(?:[\w@#$&:;/.=\\-]|=["']|\]\(|\]:\s*)$/;
const AFTER = /^(?:[\p{L}\p{N}_@#$&<-]|[.:/][\p{L}\p{N}/])/u;
/** Where an address begins, with or without spaces before it. */
const TARGET = /(?:=["']|\]\(<?|\]:\s*<?)$/;
/** Where `https://`, `www.` and `<` break, when a value would go on with them. */
const BEGUN = /(?=:\/\/$)|(?<=www)(?=\.$)|(?<=<)$/i;

/** White space becomes single spaces; what moves the cursor or turns the reading direction round is left out. */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\u0085]+/g, ' ')
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ue000]/gu, '')
    .toWellFormed();
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}… (cut)`;
}

/** Breaks what is looked for in finished texts. */
function broken(text: string): string {
  return (
    text
      // @user, @owner/team, @everyone, name@example.org
      .replaceAll('@', `@${APART}`)
      // #12, owner/name#12
      .replace(/#(?=\w)/g, `#${APART}`)
      // GH-12, CVE-2026-1, GHSA-x, and the prefixes by which a repository links to a tracker of its own
      .replace(/(?<=[A-Za-z])-(?=\d)|(?<=[A-Z]{2}|[Gg][Hh][Ss][Aa])-(?=\w)/g, `-${APART}`)
      // Commits go by seven hexadecimal digits or more.
      .replace(/(?<!\w)[0-9a-f]{7,40}(?!\w)/gi, (found) => found.replace(/.{6}(?=.)/g, `$&${APART}`))
      // https://…, www.…, and where the author puts it into the brackets of a link, javascript:…
      .replace(/(?=:\/\/)|(?<=^ ?[a-z][a-z\d+.-]{0,20})(?=:\S)/gi, APART)
      .replace(/www(?=\.|$)/gi, `$&${APART}`)
      // :octocat: is an image.
      .replace(/:(?=[\w+-]+(?::|$))/g, `:${APART}`)
      // $formula$
      .replaceAll('$', `${APART}$$`)
  );
}

/** An underscore is a sign at the edge of a word only. */
const EMPHASIS = String.raw`(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])`;
/** What begins a heading, a list, a rule, the head of a table, or a command to another bot. */
const AT_START = String.raw`(?<=^ ?)[-#+=:/.)]|(?<=^ ?\d{1,9})[.)]`;

const GITHUB = new RegExp(String.raw`[&<>"'\x60*~|[\]\\]|${EMPHASIS}|${AT_START}`, 'gu');
const DISCORD = new RegExp(String.raw`[<>()\x60*~|[\]\\]|${EMPHASIS}|${AT_START}`, 'gu');

const WRITTEN: Readonly<Record<Flavour, (text: string) => string>> = {
  github: (text) => text.replace(GITHUB, (sign) => ENTITIES.get(sign) ?? `&#x${sign.charCodeAt(0).toString(16)};`),
  // <@1>, <#2>, <:name:3>, <t:4> and discord.gg/invitation are looked for like mentions.
  discord: (text) =>
    text
      .replace(/(?<=\.[a-z]{2,20})\/(?=\w)/gi, `/${APART}`)
      .replace(DISCORD, (sign) => (sign === '<' ? `\\<${APART}` : `\\${sign}`)),
};

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);
