// What payloads put into messages stays plain text, whatever it is and whatever it stands beside.
import { expect } from 'chai';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { parseTemplate, type TemplateFlavour } from '../../src/engine/template.ts';
import type { Facts } from '../../src/facts/fact.ts';
import type { MarkdownNode } from '../../src/models/markdown.ts';

const hostile = [
  ...['@asha', '@code4govtech/admins', '@everyone', '@here', 'asha@example.org', '<@1234>', '<@&1234>', '@'],
  ...['#1', 'owner/name#1', 'GH-1', 'gh-12', 'Fixes #1', 'closes owner/name#2', 'CVE-2026-1234', 'GHSA-xxxx-yyyy-zzzz'],
  ...['a5c3785ed8d6a35868bc169f07e40e889087fd2e', 'deadbeef', 'asha@deadbeef', '1234567'],
  ...['https://evil.example/x', 'http://a.b', 'www.evil.example', 'WWW.evil.example', 'ftp://a.b', 'mailto:a@b.c'],
  ...['//evil.example/x.png', 'javascript:alert(1)', 'discord.gg/abc', '://', 'www', 'https:', '.evil.example', 'a.b'],
  ...['[x](https://evil.example)', '![x](https://evil.example/x.png)', '[x]', '[x]:', '[^1]', '](', ')', '!', '('],
  ...['<img src=x>', '<script>', '</summary>', '</details>', '-->', '<!--', '<', '>', '"', "'", '&', '&#64;', '&lt;'],
  ...['# ', '## x', '- ', '+ ', '* ', '1. ', '2)', '> ', '```', '~~~', '    ', '---', '===', '***', ':-', '| a |', '|'],
  ...['**', '__', '*', '_', '~~', '`', '``', '\\', '$', '$$', '$x$', ':octocat:', ':+1:', '- [ ] ', '/close', '-', '='],
  ...['\n', '\r\n', '\n\n', '\t', ' ', '\u2028', '\u0085', '\u0000', '\u202e', '\u200b', '\ue000', '\ud800', '😀', 'é'],
  ...['{{ issue.body }}', '{% if 1 %}', '{%', '}}', 'a', 'Z', '0', 'word', 'हिन्दी', '漢字'],
];

const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...hostile) }, fc.string({ unit: 'grapheme' }));
const payload = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
/** GitHub trims a title; one that is all blank or control characters comes to nothing. */
const title = payload
  .map((text) => text.trim())
  .filter((text) => /[^\s\p{C}]/u.test(text.at(0) ?? '') && /[^\s\p{C}]/u.test(text.at(-1) ?? ''));

/** What an author may write around a payload, with the addresses that are the author's own. */
const surroundings = [
  '{{ issue.title }}',
  'Thanks for {{ issue.title }}.',
  'Thanks for **{{ issue.title }}** and *{{ issue.title }}*, ~~{{ issue.title }}~~ too',
  '# {{ issue.title }}\n\nHello',
  '{{ issue.title }}\n---',
  'Hello\n{{ issue.title }}\nthere',
  '- {{ issue.title }}\n- two\n\n1. {{ issue.title }}\n\n- [ ] {{ issue.title }}',
  '> {{ issue.title }}\n\nHello',
  '| a | b |\n|---|---|\n| {{ issue.title }} | {{ issue.body }} |',
  '[{{ issue.title }}](https://author.example/x) and ![{{ issue.title }}](https://author.example/x.png)',
  '<details><summary>{{ issue.title }}</summary>\n\n{{ issue.title }}\n\n</details>',
  '<b title="{{ issue.title }}">x</b> <i title=\'{{ issue.title }}\'>x</i>',
  '<!-- {{ issue.title }} -->\n\nHello',
  'Use `{{ issue.title }}` here',
  '```\n{{ issue.title }}\n```\n\nHello',
  '{{ issue.title }}{{ issue.body }}',
  '{{ issue.title }}: {{ issue.body }} ({{ issue.title }})',
  '{% for label in issue.labels %}- {{ label }}\n{% endfor %}',
  '{{ issue.title | upcase }} {{ issue.labels | join: ", " }} {{ issue.title | append: "!" }}',
];

/** Where the author begins what a payload could go on with. */
const beginnings = [
  ...['@{{ issue.title }}', 'asha@{{ issue.title }}'],
  ...[
    '#{{ issue.title }}',
    'owner/name#{{ issue.title }}',
    '{{ issue.title }}#{{ issue.body }}',
    'GH-{{ issue.title }}',
  ],
  ...[
    'https://{{ issue.title }}',
    'www.{{ issue.title }}',
    '{{ issue.title }}://{{ issue.body }}',
    '<{{ issue.title }}>',
  ],
  ...[
    '[x]({{ issue.title }})',
    '[x]: {{ issue.title }}\n\n[x]',
    '<a href="{{ issue.title }}">x</a>',
    '&{{ issue.title }};',
  ],
  ...['\\{{ issue.title }}', ':{{ issue.title }}:', '{{ issue.title }}@{{ issue.title }}'],
];

const facts = (text: string, body = text): Facts => ({
  'issue.title': text,
  'issue.body': body,
  'issue.labels': [text, body],
});

function rendered(template: string, given: Facts, flavour: TemplateFlavour = 'github'): string {
  return parseTemplate(template, flavour).render(given);
}

function parsed(markdown: string): MarkdownNode {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** What a message is made of, without what it says. */
function shape(node: MarkdownNode): string {
  const attributes = ['url', 'depth', 'ordered', 'checked', 'identifier', 'align', 'lang'].flatMap((name) =>
    name in node ? `${name}=${JSON.stringify(node[name as keyof MarkdownNode])}` : [],
  );
  const signs = node.type === 'html' ? [node.value.replace(/[^<>"']/g, '')] : [];
  const inside = 'children' in node ? node.children.map(shape) : [];
  return `${node.type}(${[...attributes, ...signs, ...inside].join(' ')})`;
}

function nodes(node: MarkdownNode): MarkdownNode[] {
  return [node, ...('children' in node ? node.children.flatMap(nodes) : [])];
}

/** The texts in which GitHub, when Markdown is done, looks for mentions, references and addresses. */
function finished(markdown: string): string[] {
  return nodes(parsed(markdown)).flatMap((node) => (node.type === 'text' ? node.value : []));
}

const FOUND = [
  /@\w/,
  /#\d/,
  /\bGH-\d/i,
  /\bGHSA-\w/i,
  /(?<!\w)[0-9a-f]{7,40}(?!\w)/i,
  /\w:\/\/\S/,
  /www\.\S/i,
  /:[\w+-]+:/,
  /(?<!\u200b)\$/,
];

/** What leads away from where it stands. */
const ADDRESS = /^(?:[a-z][a-z\d+.-]*:.|\/\/|\\)/i;

describe('what a payload puts into a comment', () => {
  for (const template of surroundings) {
    it(`leaves ${JSON.stringify(template)} what it is`, () => {
      const wanted = shape(parsed(rendered(template, facts('word'))));
      fc.assert(
        fc.property(title, title, (text, body) => {
          expect(shape(parsed(rendered(template, facts(text, body))))).to.equal(wanted);
        }),
        { numRuns: 200 },
      );
    });
  }

  it('mentions nobody, refers to nothing and is no address', () => {
    fc.assert(
      fc.property(fc.constantFrom(...surroundings, ...beginnings), payload, payload, (template, text, body) => {
        const comment = rendered(template, facts(text, body));
        expect(comment).not.to.match(/@\w/);
        for (const said of finished(comment)) for (const pattern of FOUND) expect(said).not.to.match(pattern);
      }),
      { numRuns: 1_500 },
    );
  });

  it('makes no link, no image and no HTML, even of what the author began', () => {
    fc.assert(
      fc.property(fc.constantFrom(...surroundings, ...beginnings), payload, payload, (template, text, body) => {
        for (const node of nodes(parsed(rendered(template, facts(text, body))))) {
          if ('url' in node && !/^https:\/\/author\.example\/|^http:\/\/www$/.test(node.url))
            expect(node.url).not.to.match(ADDRESS);
          if (node.type === 'html') expect(template).to.match(/<\w|<!--/);
          if (node.type === 'footnoteReference' || node.type === 'footnoteDefinition') expect.fail(node.type);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('reads as it was written', () => {
    const text = 'Don\'t *panic*: 5 < 6 & "x_y" [ok] `code` \\o/ ~ 50% | ^ #1 @asha https://a.b';
    const [said] = finished(rendered('{{ issue.title }}', facts(text)));
    expect(said?.replaceAll('\u200b', '')).to.equal(text);
    expect(rendered('{{ issue.title }}', facts('Export the report as CSV (2024), part 2'))).to.equal(
      'Export the report as CSV (2024), part 2',
    );
  });

  it('is cut where it is too long, and says so', () => {
    expect(rendered('[{{ issue.title }}]', facts('a b '.repeat(3_000)))).to.match(/^\[(?:a b ){1250}… \(cut\)\]$/);
    expect(rendered('{{ issue.title }}', facts(`${'x'.repeat(4_999)}😀`))).to.equal(`${'x'.repeat(4_999)}… (cut)`);
  });

  it('stays short enough for the rest of the comment, whatever it is made of', () => {
    for (const text of ['@', '#1', ':a', 'www.', '_a', 'GH-', 'deadbeef ', '$', '\n', '1', 'a.', '&', 'a:'])
      expect(rendered('{{ issue.title }}', facts(text.repeat(65_536 / text.length))).length).to.be.below(40_000);
  });
});

describe('what GitHub gives in a form of its own', () => {
  const given: Facts = {
    'issue.number': 12,
    'issue.html_url': 'https://github.com/Sunbird/core/issues/12',
    'issue.author': { id: 1, login: 'asha-k' },
    'issue.author.login': 'asha-k',
    'issue.assignees': [
      { id: 2, login: 'ravi' },
      { id: 3, login: 'meera' },
    ],
    'issue.created_at': '2026-01-31T12:00:00Z',
    'repository.full_name': 'Sunbird/core_app.js',
    'repository.name': 'core_app.js',
  };
  for (const [template, wanted] of [
    ['Hello @{{ issue.author }}, @{{ issue.author.login }}', 'Hello @asha-k, @asha-k'],
    ['{% for user in issue.assignees %}@{{ user }} {% endfor %}', '@ravi @meera '],
    ['See #{{ issue.number }}: {{ issue.html_url }}', 'See #12: https://github.com/Sunbird/core/issues/12'],
    [
      '[guide](https://github.com/{{ repository.full_name }}/wiki)',
      '[guide](https://github.com/Sunbird/core_app.js/wiki)',
    ],
    ['{{ repository.full_name }}#{{ issue.number }}', 'Sunbird/core_app.js#12'],
    ['since {{ issue.created_at }}', 'since 2026-01-31T12:00:00Z'],
  ] as const) {
    it(`can be built with: ${template}`, () => {
      expect(rendered(template, given)).to.equal(wanted);
      expect(rendered(template, given, 'discord')).to.equal(wanted);
    });
  }

  it('is a text like any other where it has not that form', () => {
    const names = ['issue.html_url', 'issue.author.login', 'repository.name', 'issue.created_at'];
    const templates = names.flatMap((name) => [`@{{ ${name} }}`, `{{ ${name} }}`, `[x]({{ ${name} }})`]);
    fc.assert(
      fc.property(fc.constantFrom(...templates), payload, (template, text) => {
        const comment = rendered(template, Object.fromEntries(names.map((name) => [name, `${text}!`])));
        expect(comment).not.to.match(/@\w/);
        for (const node of nodes(parsed(comment))) {
          if ('url' in node) expect(node.url).not.to.match(ADDRESS);
          expect(node.type).not.to.equal('html');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  for (const template of ['[x]({{ issue.title }})', '[x](<{{ issue.title }}>)', '[x]: {{ issue.title }}\n\n[x]']) {
    for (const value of [' //evil.example', ' \\\\evil.example', '\t/\\evil.example'])
      it(`leads nowhere else behind a space: ${template} of ${JSON.stringify(value)}`, () => {
        for (const node of nodes(parsed(rendered(template, { 'issue.title': value }))))
          if ('url' in node) expect(decodeURI(String(node.url)).trim()).not.to.match(/^[/\\]/);
      });
  }

  for (const [name, value] of [
    ['repository.name', 'www.evil.example'],
    ['repository.name', 'GH-1'],
    ['repository.name', '__init__'],
    ['repository.name', '-'],
    ['repository.name', '1.'],
    ['issue.author.login', 'code4govtech/admins @asha'],
    ['issue.html_url', 'https://github.com/o/r?x=<b>'],
    ['issue.html_url', 'javascript:alert(1)'],
  ] as const) {
    it(`is not ${value}`, () => {
      const comment = rendered(`{{ ${name} }} x`, { [name]: value });
      expect(comment).not.to.equal(`${value} x`);
      expect(finished(comment).join('').replaceAll('\u200b', '')).to.equal(`${value} x`);
    });
  }

  it('is not what a filter makes of it', () => {
    expect(rendered("@{{ issue.author.login | replace: 'k', 'x' }}", given)).not.to.match(/@\w/);
  });
});

describe('what a payload puts into a message on Discord', () => {
  it('mentions nobody and is no address, no emoji and no time', () => {
    const plain = [...surroundings, ...beginnings].filter((template) => !template.includes('<'));
    const templates = [...plain, '<@{{ issue.title }}>', '<#{{ issue.title }}>', '<:x:{{ issue.title }}>'];
    fc.assert(
      fc.property(fc.constantFrom(...templates), payload, payload, (template, text, body) => {
        const message = rendered(template, facts(text, body), 'discord');
        expect(message).not.to.match(/@\w|@&?\d|<(?:@|#|a?:\w+:|t:|\/|id:)\w/);
        expect(message.replaceAll('https://author.example', '')).not.to.match(/\w:\/\/\S|discord\.gg\/\w/);
      }),
      { numRuns: 1_500 },
    );
  });

  it('shows the signs of Markdown as they are', () => {
    const text = '# *a* _b_ ~c~ `d` ||e|| [f](g) > h \\ snake_case';
    expect(rendered('{{ issue.title }}', facts(text), 'discord')).to.equal(
      '\\# \\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\|\\|e\\|\\| \\[f\\]\\(g\\) \\> h \\\\ snake_case',
    );
  });
});
