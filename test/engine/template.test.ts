// Texts with placeholders: facts go in once, as data, and a template cannot hurt.
import { expect } from 'chai';
import { parseTemplate, TemplateError } from '../../src/engine/template.ts';
import type { Facts } from '../../src/facts/fact.ts';

const facts: Facts = {
  'pull_request.title': 'Export {{ pull_request.body }} {% if 1 %}x{% endif %}',
  'pull_request.body': 'secret',
  'pull_request.author': { id: 1, login: 'asha', type: 'User' },
  'pull_request.author.login': 'asha',
  'pull_request.author.id': 1,
  'pull_request.approved_by': [
    { id: 2, login: 'ravi' },
    { id: 3, login: 'meera' },
  ],
  'pull_request.labels': ['C4GT Community', 'Backend'],
  'pull_request.milestone': null,
  'pull_request.merged_by': null,
  'pull_request.merged_by.login': null,
  'pull_request.merged_at': '2026-01-31T23:30:00Z',
};

describe('a text with placeholders', () => {
  const cases: [string, string, string][] = [
    ['holds facts', 'By {{ pull_request.author.login }}', 'By asha'],
    ['shows a user as its login', 'By {{ pull_request.author }}', 'By asha'],
    [
      'names the number of a user beside its login',
      '{{ pull_request.author }} is {{ pull_request.author.id }}',
      'asha is 1',
    ],
    ['joins lists', "{{ pull_request.labels | join: ', ' }}", 'C4GT Community, Backend'],
    ['joins users as logins', "{{ pull_request.approved_by | join: ' and ' }}", 'ravi and meera'],
    ['leaves out what is null or unknown', '[{{ pull_request.milestone }}{{ pull_request.closed_at }}]', '[]'],
    ['can choose', '{% if pull_request.milestone %}a{% else %}b{% endif %}', 'b'],
    [
      'can go through a list',
      '{% for label in pull_request.labels %}<{{ label }}>{% endfor %}',
      '<C4GT Community><Backend>',
    ],
    [
      'reads what a fact holds as data',
      '{{ pull_request.title }}',
      'Export {{ pull_request.body }} {% if 1 %}x{% endif %}',
    ],
    ['compares a login as a text', "{% if pull_request.author.login == 'asha' %}hers{% endif %}", 'hers'],
    ['filters a login as a text', '{{ pull_request.author | upcase }}', 'ASHA'],
    [
      'counts, and takes the first',
      '{{ pull_request.labels.size }} {{ pull_request.labels.first }}',
      '2 C4GT Community',
    ],
    ['takes one of a list', '{{ pull_request.labels[1] }} {{ pull_request.approved_by[0].login }}', 'Backend ravi'],
    ['dates in UTC', "{{ pull_request.merged_at | date: '%-d %B %Y, %H:%M' }}", '31 January 2026, 23:30'],
    ['leaves out a deleted account', '[{{ pull_request.merged_by }}{{ pull_request.merged_by.login }}]', '[]'],
    ['knows no constructor', '[{{ pull_request.author.constructor }}{{ pull_request.labels.constructor }}]', '[]'],
  ];
  for (const [name, source, wanted] of cases) {
    it(name, () => expect(parseTemplate(source).render(facts)).to.equal(wanted));
  }

  it('names the facts it uses', () => {
    const { facts: named } = parseTemplate(
      "{{ issue.title | upcase }} {% if issue.labels contains 'a' %}{{ sender }}{% endif %}",
    );
    expect(named).to.have.members(['issue.title', 'issue.labels', 'sender']);
  });

  it('names a fact without what Liquid itself knows of lists, and not the names of its loops', () => {
    const { facts: named } = parseTemplate(
      '{% for user in issue.assignees %}{{ forloop.index }} {{ user.login }} {{ issue.labels.size }} {{ issue.labels[0] }}{% endfor %}',
    );
    expect(named).to.have.members(['issue.assignees', 'issue.labels']);
  });

  it('says where each fact is named', () => {
    const source = "{{ issue.title }}\n{% if issue.titel == 'issue.title' %}{{ x | append: issue.title }}{% endif %}";
    const places = parseTemplate(source).mentions.map(({ fact, at }) => `${fact} ${at.nth} of ${at.of}`);
    expect(places).to.have.members(['issue.title 0 of 3', 'issue.titel 0 of 1', 'issue.title 2 of 3', 'x 0 of 1']);
  });

  const faults: [string, string, string, string | undefined][] = [
    ['{{ a }} {{ issue.title | shout }}', 'there is no filter `shout`', 'shout', 'did you mean `sort`?'],
    ["{{ 'a | upcas' | upcas }}", 'there is no filter `upcas`', 'upcas', 'did you mean `upcase`?'],
    ['a {%- shout -%}', 'there is no tag `shout` here', 'shout', 'a text can use if, unless, case, for, comment, raw'],
    ['{% if a %}', '`{% if a %}` is never closed', '{%', undefined],
    ['a {{ }}', 'there is a value missing', '}}', undefined],
    ['{{ a }}'.repeat(2_000), 'the text is longer than 10000 characters', '', undefined],
  ];
  for (const [source, message, text, hint] of faults) {
    it(`says of ${source.slice(0, 40)} that ${message}`, () => {
      const error = thrownBy(() => parseTemplate(source));
      expect(error).to.be.instanceOf(TemplateError);
      expect(error).to.include({ message, hint });
      expect((error as TemplateError).at?.text ?? '').to.equal(text);
    });
  }

  for (const [name, source] of [
    ['an unclosed placeholder', '{{ issue.title'],
    ['an unknown filter', '{{ issue.title | shout }}'],
    ['an unknown tag', '{% shout %}'],
    ['a tag that reads files', "{% include '/etc/passwd' %}"],
    ['a tag that renders files', "{% render 'x' %}"],
    ['a tag that keeps state', '{% assign x = 1 %}'],
    ['a filter that lets HTML through', '{{ issue.title | raw }}'],
    ['a filter that runs a text as code', "{{ issue.labels | where_exp: 'x', issue.title }}"],
    ['a filter that picks by chance', '{{ issue.labels | sample }}'],
    ['more text than is sensible', '{{ a }}'.repeat(5_000)],
  ] as const) {
    it(`refuses ${name}`, () => expect(() => parseTemplate(source)).to.throw(TemplateError));
  }

  it('ends a loop that would fill the memory', () => {
    const endless = parseTemplate('{% for i in (1..10000000) %}xxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}');
    expect(() => endless.render(facts)).to.throw(/limit/);
  });

  it('cannot tell the time, which would make it another text at every look', () => {
    expect(() => parseTemplate("{{ 'now' | date: '%Y' }}").render({})).to.throw(TemplateError, /cannot tell the time/);
    expect(() => parseTemplate("{{ 'today' | date_to_string }}").render({})).to.throw(TemplateError);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}
