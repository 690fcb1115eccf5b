// The rules of the benchmark, in YAML and as plain json-rules-engine holds them, and the events that they match.

import type { RuleProperties } from 'json-rules-engine';
import type { Situation } from '../../src/engine/decide.ts';
import type { SourceFile } from '../../src/engine/problem.ts';
import { derive } from '../../src/facts/catalogue.ts';
import type { Facts } from '../../src/facts/fact.ts';

/**
 * So many rules in files of `perFile`; `sharing` of them in a row are about the same labels, and hold on the same
 * issues. Each has the conditions that a programme's rules have: labels, the state, an alternative, and who wrote it.
 */
export function ruleFiles(count: number, { perFile = 100, sharing = 5 } = {}): SourceFile[] {
  return Array.from({ length: Math.ceil(count / perFile) }, (_, file) => {
    const numbers = Array.from({ length: Math.min(perFile, count - file * perFile) }, (__, i) => file * perFile + i);
    const rules = numbers.map((number) => written(number, Math.floor(number / sharing)));
    const name = String(file).padStart(4, '0');
    return { path: `rules-${name}.yaml`, text: `version: 1\nprogram: bench-${name}\nrules:\n${rules.join('')}` };
  });
}

function written(number: number, area: number): string {
  return `  rule-${number}:
    description: Whoever opens an issue of the area ${area} has its badge while it is open.
    on: issues
    while:
      all:
        - issue.labels: { containsAny: [Area ${area}, Zone ${area}] }
        - issue.state: open
        - any:
            - issue.milestone: Release
            - issue.title: { contains: Export }
        - issue.author_association: { notEqual: NONE }
    then:
      - grant_badge: { to: { fact: issue.author }, badge: "Area ${area}, ${number}, of {{ repository.name }}" }
`;
}

/** The same rules for json-rules-engine as it comes, which has no index: each event is held against all of them. */
export function plainRules(count: number, { sharing = 5 } = {}): RuleProperties[] {
  return Array.from({ length: count }, (_, number) => {
    const area = Math.floor(number / sharing);
    const conditions = {
      all: [
        { fact: 'issue.labels', operator: 'containsAny', value: [`Area ${area}`, `Zone ${area}`] },
        { fact: 'issue.state', operator: 'equal', value: 'open' },
        {
          any: [
            { fact: 'issue.milestone', operator: 'equal', value: 'Release' },
            { fact: 'issue.title', operator: 'containsText', value: 'Export' },
          ],
        },
        { fact: 'issue.author_association', operator: 'notEqual', value: 'NONE' },
      ],
    };
    return { conditions, event: { type: `rule-${number}` } };
  });
}

/** The facts that those rules name, of which plain json-rules-engine gets no others. */
export const named: readonly string[] = [
  'issue.labels',
  'issue.state',
  'issue.milestone',
  'issue.title',
  'issue.author_association',
];

/** An issue of an area, just labelled: what the payload says of it, and what we know. The rules of the area hold. */
export function situationOf(area: number): Situation {
  const facts = factsOf(area);
  const delivered = { 'event.name': 'issues', 'event.action': 'labeled', 'label.name': `area ${area}`, sender: asha };
  return {
    moment: { event: 'issues.labeled', occurrence: `body ${area}`, facts: derive({ ...facts, ...delivered }) },
    subject: { key: `9/${area}`, kind: 'issue', events: ['issues.opened'], facts, gone: false, effects: [] },
  };
}

const asha = { id: 1, login: 'asha', type: 'User' };

export function factsOf(area: number): Facts {
  const address = 'https://github.com/Code4GovTech/C4GT';
  return derive({
    'issue.number': area,
    'issue.title': 'Export the report as CSV',
    'issue.body': `### Product Name\n\nReports\n\n${'Who reads it wants it in a table. '.repeat(40)}`,
    'issue.html_url': `${address}/issues/${area}`,
    'issue.author': asha,
    'issue.author_association': 'MEMBER',
    'issue.labels': ['good first issue', `area ${area}`, 'Backend'],
    'issue.assignees': [{ id: 2, login: 'ravi', type: 'User' }],
    'issue.milestone': null,
    'issue.locked': false,
    'issue.created_at': '2026-01-10T09:00:00Z',
    'issue.updated_at': '2026-01-11T09:00:00Z',
    'issue.closed_at': null,
    'issue.state': 'open',
    'issue.state_reason': null,
    'issue.type': null,
    'issue.comments': 2,
    'issue.is_pull_request': false,
    'ticket.product': 'Reports',
    'ticket.organisation': null,
    'ticket.domain': null,
    'ticket.complexity': 'Medium',
    'ticket.skills': ['TypeScript'],
    'ticket.mentors': ['meera'],
    'ticket.angel_mentors': [],
    'ticket.category': ['Backend'],
    'ticket.sub_category': [],
    'ticket.missing_fields': [],
    'repository.id': 9,
    'repository.name': 'C4GT',
    'repository.full_name': 'Code4GovTech/C4GT',
    'repository.owner': 'Code4GovTech',
    'repository.private': false,
    'repository.archived': false,
    'repository.fork': false,
    'repository.default_branch': 'main',
    'repository.description': 'Reports',
    'repository.topics': ['reports'],
    'repository.language': 'TypeScript',
    'repository.html_url': address,
    'organization.id': 8,
    'organization.login': 'Code4GovTech',
  });
}

/** So many tests of those rules, in files beside them: an issue of an area is labelled, and its author has the badges. */
export function testFiles(count: number, { perFile = 10, sharing = 5 } = {}): SourceFile[] {
  return Array.from({ length: Math.ceil(count / perFile) }, (_, file) => {
    const numbers = Array.from({ length: Math.min(perFile, count - file * perFile) }, (__, i) => file * perFile + i);
    const tests = numbers.map((number) => writtenTest(number, Math.floor(number / sharing), sharing));
    return { path: `rules-${String(file).padStart(4, '0')}.test.yaml`, text: `tests:\n${tests.join('')}` };
  });
}

function writtenTest(number: number, area: number, sharing: number): string {
  const badges = Array.from({ length: sharing }, (_, i) => `"Area ${area}, ${area * sharing + i}, of C4GT"`);
  return `  - name: issue ${number} is about area ${area}
    history:
      - issues.labeled:
          set:
            repository.full_name: Code4GovTech/C4GT
            issue.labels: [Area ${area}, Backend]
            issue.state: open
            issue.title: Export ${number}
            issue.author: asha
            issue.author_association: MEMBER
    expect:
      badges: { asha: [${badges.join(', ')}] }
`;
}
