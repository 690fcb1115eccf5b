// What editors offer whole: a file, a rule, a condition, a table; `${1:words}` is where one goes on typing.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the places of the cursor are written so
// biome-ignore-all lint/suspicious/noThenProperty: `then` is a key of the rule language, not a thenable
// No key has a dash: yaml-language-server would take it for an item of a list, and indent what follows by two more.
import type { Snippet } from './schema-audience.ts';

const RULE = {
  description: '${2:A merged pull request earns its author points.}',
  on: '${3:pull_request}',
  while: {
    all: [
      { '${4:pull_request.merged}': '^${5:true}' },
      { not: { 'pull_request.merged_by': { equal: { fact: 'pull_request.author' } } } },
    ],
  },
  then: [{ award_points: { to: { fact: 'pull_request.author' }, points: '${6:10}', reason: '${7:Merged work}' } }],
};

const ONE_OFF = {
  description: '${2:The first word on an issue earns a point.}',
  on: '${3:issue_comment.created}',
  when: { '${4:issue.state}': '${5:open}' },
  once_per: '${6:contributor}',
  then: [{ award_points: { to: { fact: 'sender' }, points: '${7:1}' } }],
};

const CONDITION = { 'issue.labels': { containsAny: ['${2:C4GT Community}'] } };

export const RULE_SNIPPETS: readonly Snippet[] = [
  {
    label: 'rule with while',
    description: 'Its effects stand while a condition holds, and are withdrawn when it stops holding.',
    body: { '${1:thanks}': RULE },
  },
  {
    label: 'rule with when',
    description: 'Its effects happen at an event, and stay.',
    body: { '${1:thanks}': ONE_OFF },
  },
];

export const CONDITION_SNIPPETS: readonly Snippet[] = [
  {
    label: 'condition',
    description: 'A condition with a name, to be used in rules.',
    body: { '${1:ticket}': CONDITION },
  },
];

export const TABLE_SNIPPETS: readonly Snippet[] = [
  {
    label: 'table',
    description: 'Numbers by name, such as points by complexity.',
    body: { '${1:complexity_points}': { '${2:Low}': '${3:10}', '${4:High}': '${5:30}' } },
  },
];

export const FILE_SNIPPETS: readonly Snippet[] = [
  {
    label: 'rule file',
    description: 'A whole file with one rule.',
    body: { version: 1, program: '${8:programme}', rules: { '${1:thanks}': RULE } },
  },
];
