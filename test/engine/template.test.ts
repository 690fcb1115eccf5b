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

  for (const [name, source] of [
    ['an unclosed placeholder', '{{ issue.title'],
    ['an unknown filter', '{{ issue.title | shout }}'],
    ['an unknown tag', '{% shout %}'],
    ['a tag that reads files', "{% include '/etc/passwd' %}"],
    ['a tag that renders files', "{% render 'x' %}"],
    ['a tag that keeps state', '{% assign x = 1 %}'],
    ['more text than is sensible', '{{ a }}'.repeat(5_000)],
  ] as const) {
    it(`refuses ${name}`, () => expect(() => parseTemplate(source)).to.throw(TemplateError));
  }

  it('ends a loop that would fill the memory', () => {
    const endless = parseTemplate('{% for i in (1..10000000) %}xxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}');
    expect(() => endless.render(facts)).to.throw(/limit/);
  });
});
