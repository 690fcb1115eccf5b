// The nearest miss in words: for every operator, on every type of fact, what it was and what the rule wants.
import { expect } from 'chai';
import { wordsOf } from '../../../src/engine/explain/fact-words.ts';
import { nearestMiss } from '../../../src/engine/explain/nearest.ts';
import { operators } from '../../../src/engine/operators.ts';
import { catalogue } from '../../../src/facts/catalogue.ts';
import type { Facts } from '../../../src/facts/fact.ts';
import { asha, bob, carol, now, traceOf } from './traces.ts';

type Case = readonly [condition: string, facts: Facts, sentence: string];

const labels = { 'issue.labels': ['bug', 'C4GT-Coding'] };
const title = (text: string) => ({ 'issue.title': text });
const changed = { 'issue.updated_at': '2026-06-07T11:00:00Z' };
const closed = { 'issue.closed_at': '2026-05-07T11:00:00Z' };
const approved = { 'pull_request.approved_by': [bob, carol], 'pull_request.author': asha };
const lines = (additions: number) => ({ 'pull_request.additions': additions });

const tables: Readonly<Record<string, readonly Case[]>> = {
  'labels and other lists': [
    [
      'issue.labels: { contains: C4GT Coding }',
      labels,
      'its labels are `bug` and `C4GT-Coding`; the rule wants `C4GT Coding` – they differ only by spaces or punctuation; did somebody mistype it?',
    ],
    [
      'issue.labels: { contains: C4GT Coding }',
      { 'issue.labels': ['C4GT Codin'] },
      'its labels are `C4GT Codin`; the rule wants `C4GT Coding` – did somebody mistype it?',
    ],
    [
      'issue.labels: { contains: C4GT Coding }',
      { 'issue.labels': ['C4GT C\u043eding'] },
      'its labels are `C4GT C\u043eding`; the rule wants `C4GT Coding` – they differ only by letters that look alike: \u043e is U+043E; did somebody mistype it?',
    ],
    [
      'issue.labels: { containsAny: [C4GT Community, C4GT Coding, DMP 2026] }',
      labels,
      'its labels are `bug` and `C4GT-Coding`; the rule wants `C4GT Coding`, or one of 2 others – they differ only by spaces or punctuation; did somebody mistype it?',
    ],
    [
      'issue.labels: { containsAny: [alpha, beta] }',
      labels,
      'its labels are `bug` and `C4GT-Coding`; the rule wants one of `alpha`, `beta`',
    ],
    [
      'issue.labels: { containsAll: [bug, docs] }',
      labels,
      'its labels are `bug` and `C4GT-Coding`; the rule wants `docs` among them',
    ],
    [
      'issue.labels: { doesNotContain: Bug }',
      labels,
      'its labels are `bug` and `C4GT-Coding`; the rule wants them without `Bug`',
    ],
    [
      'not: { issue.labels: { containsAny: [docs, bug] } }',
      labels,
      'its labels are `bug` and `C4GT-Coding`; the rule wants them without any of `docs`, `bug`',
    ],
    [
      'not: { issue.labels: { containsAll: [C4GT-Coding, bug] } }',
      labels,
      'its labels are `bug` and `C4GT-Coding`; the rule wants them without at least one of `C4GT-Coding`, `bug`',
    ],
    ['issue.labels: { contains: bug }', { 'issue.labels': [] }, 'it has no labels; the rule wants `bug` among them'],
    ['issue.labels: { contains: bug }', {}, 'its labels are not known; the rule wants `bug` among them'],
    [
      'pull_request.ticket.labels: { containsAny: [A, B] }',
      { 'pull_request.ticket.labels': null },
      'no ticket that it closes is known, and so neither are its labels; the rule wants one of `A`, `B`',
    ],
    [
      'pull_request.closes: { contains: o/r#1 }',
      { 'pull_request.closes': ['other/there#42'] },
      'the issues it closes are `other/there#42`; the rule wants `o/r#1` among them',
    ],
    [
      'issue.labels: { doesNotContain: h }',
      { 'issue.labels': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] },
      'its labels are `h`, `a`, `b`, `c`, `d` and 3 more; the rule wants them without `h`',
    ],
    [
      'issue.labels: { contains: handle }',
      { 'issue.labels': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'hundle'] },
      'its labels are `hundle`, `a`, `b`, `c`, `d` and 3 more; the rule wants `handle` – did somebody mistype it?',
    ],
  ],
  texts: [
    ['label.name: C4GT Coding', { 'label.name': 'docs' }, 'the label is `docs`; the rule wants `C4GT Coding`'],
    ['issue.state: open', { 'issue.state': 'closed' }, 'its state is `closed`; the rule wants `open`'],
    ['issue.state: [open]', { 'issue.state': 'closed' }, 'its state is `closed`; the rule wants `open`'],
    [
      'issue.title: Export as CSV',
      title('Export as csv'),
      'its title is `Export as csv`; the rule wants `Export as CSV` – they differ only by case; did somebody mistype it?',
    ],
    [
      'issue.title: [Alpha, Beta]',
      title('Alhpa'),
      'its title is `Alhpa`; the rule wants `Alpha`, or another – did somebody mistype it?',
    ],
    ['issue.title: { notEqual: A }', title('A'), 'its title is `A`; the rule wants anything but `A`'],
    ['issue.title: { notIn: [A, B] }', title('A'), 'its title is `A`; the rule wants none of `A`, `B`'],
    ['not: { issue.title: [A, B] }', title('B'), 'its title is `B`; the rule wants none of `A`, `B`'],
    ['issue.title: { contains: CSV }', title('Export'), 'its title is `Export`; the rule wants `CSV` within it'],
    [
      'issue.title: { contains: CSV }',
      title('Export csv'),
      'its title is `Export csv`; the rule wants `CSV` within it – they differ only by case',
    ],
    ['issue.title: { doesNotContain: CSV }', title('As CSV'), 'its title is `As CSV`; the rule wants it without `CSV`'],
    [
      'issue.title: { startsWith: "[C4GT]" }',
      title('[c4gt] Export'),
      'its title is `[c4gt] Export`; the rule wants one that begins with `[C4GT]` – they differ only by case',
    ],
    ['issue.title: { endsWith: "?" }', title('Why'), 'its title is `Why`; the rule wants one that ends with `?`'],
    ['issue.title: { matches: ^fix }', title('Why'), 'its title is `Why`; the rule wants one that matches `^fix`'],
    [
      'not: { issue.title: { matches: ^W } }',
      title('Why'),
      'its title is `Why`; the rule wants one that does not match `^W`',
    ],
    [
      'repository.full_name: { matchesGlob: Code4GovTech/* }',
      { 'repository.full_name': 'octocat/Hello-World' },
      'the repository is `octocat/Hello-World`; the rule wants one that fits `Code4GovTech/*`',
    ],
    [
      'pull_request.base.ref: { fact: repository.default_branch }',
      { 'pull_request.base.ref': 'dev', 'repository.default_branch': 'main' },
      "its target branch is `dev`; the rule wants the repository's default branch, `main`",
    ],
    ['issue.milestone: v1', { 'issue.milestone': null }, 'it has no milestone; the rule wants `v1`'],
    ['issue.milestone: v1', {}, 'its milestone is not known; the rule wants `v1`'],
    [
      'pull_request.ticket.complexity: [High, Medium]',
      { 'pull_request.ticket.complexity': 'Low' },
      "the ticket's complexity is `Low`; the rule wants one of `High`, `Medium`",
    ],
    [
      'pull_request.ticket.complexity: High',
      { 'pull_request.ticket.complexity': null },
      'no ticket that it closes is known, or the ticket has no complexity; the rule wants `High`',
    ],
    [
      'issue.title: A',
      title(`${'long '.repeat(30)}\nand more`),
      `its title is \`${'long '.repeat(30).slice(0, 71)}…\`; the rule wants \`A\``,
    ],
    ['issue.body: A', { 'issue.body': 'B\r\n\n C' }, 'its text is `B ⏎ C`; the rule wants `A`'],
  ],
  numbers: [
    [
      'pull_request.additions: { greaterThan: 10 }',
      lines(8),
      'its additions are 8; the rule wants more than 10: 3 more',
    ],
    [
      'pull_request.additions: { greaterThanInclusive: 10 }',
      lines(9),
      'its additions are 9; the rule wants at least 10: 1 more',
    ],
    [
      'pull_request.additions: { lessThan: 10 }',
      lines(10),
      'its additions are 10; the rule wants less than 10: 1 fewer',
    ],
    [
      'pull_request.additions: { lessThanInclusive: 10 }',
      lines(14),
      'its additions are 14; the rule wants at most 10: 4 fewer',
    ],
    [
      'not: { pull_request.additions: { greaterThan: 10 } }',
      lines(12),
      'its additions are 12; the rule wants at most 10: 2 fewer',
    ],
    ['pull_request.additions: 10', lines(12), 'its additions are 12; the rule wants 10: 2 fewer'],
    ['pull_request.additions: { notEqual: 10 }', lines(10), 'its additions are 10; the rule wants anything but 10'],
    ['pull_request.additions: [10, 11]', lines(12), 'its additions are 12; the rule wants one of 10, 11'],
    ['pull_request.additions: { greaterThan: 1.5 }', lines(1), 'its additions are 1; the rule wants more than 1.5'],
    [
      'pull_request.additions: { greaterThan: { fact: pull_request.deletions } }',
      { 'pull_request.additions': 12, 'pull_request.deletions': 20 },
      'its additions are 12; the rule wants more than its deletions, 20: 9 more',
    ],
    [
      'pull_request.additions: { greaterThan: { fact: pull_request.deletions } }',
      lines(12),
      'its deletions are not known, so there is nothing to compare its additions with',
    ],
    [
      'pull_request.number: { lessThan: 7 }',
      { 'pull_request.number': 7 },
      'its number is 7; the rule wants less than 7: 1 fewer',
    ],
  ],
  lengths: [
    [
      'ticket.missing_fields: { length: 0 }',
      { 'ticket.missing_fields': ['Complexity', 'Mentor(s)'] },
      'its missing fields are `Complexity` and `Mentor(s)` (2); the rule wants none',
    ],
    [
      'issue.labels: { length: { greaterThan: 2 } }',
      labels,
      'its labels are `bug` and `C4GT-Coding` (2); the rule wants more than 2: 1 more',
    ],
    [
      'issue.labels: { length: { greaterThan: 0 } }',
      { 'issue.labels': [] },
      'it has no labels; the rule wants at least one',
    ],
    [
      'issue.labels: { length: { lessThan: 1 } }',
      { 'issue.labels': ['bug'] },
      'its labels are `bug`; the rule wants none',
    ],
    ['issue.labels: { length: { lessThan: 2 } }', {}, 'its labels are not known; the rule wants less than 2'],
    [
      'not: { issue.labels: { length: 2 } }',
      labels,
      'its labels are `bug` and `C4GT-Coding` (2); the rule wants anything but 2',
    ],
    [
      'issue.title: { length: { lessThanInclusive: 5 } }',
      title('Export as CSV'),
      'its title has 13 characters; the rule wants at most 5: 8 fewer',
    ],
    [
      'issue.body: { length: { lessThan: 100 } }',
      { 'issue.body': 'x'.repeat(1000) },
      'its text has 200 characters or more; the rule wants less than 100',
    ],
    [
      'issue.labels: { length: { lessThan: 3 } }',
      { 'issue.labels': Array.from({ length: 60 }, (_, at) => `l${at}`) },
      'its labels are `l0`, `l1`, `l2`, `l3`, `l4` and 45 more (50 or more); the rule wants less than 3',
    ],
    [
      'pull_request.approved_by: { length: { greaterThanInclusive: 3 } }',
      approved,
      'bob and carol approved it (2); the rule wants at least 3: 1 more',
    ],
    [
      'pull_request.approved_by: { length: { greaterThan: 0 } }',
      { 'pull_request.approved_by': [] },
      'nobody is known to have approved it; the rule wants at least one',
    ],
  ],
  'true and false': [
    ['pull_request.merged: true', { 'pull_request.merged': false }, 'it is not merged; the rule wants it to be'],
    ['pull_request.merged: true', {}, 'it is not known whether it is merged; the rule wants it to be'],
    [
      'pull_request.draft: { notEqual: true }',
      { 'pull_request.draft': true },
      'it is a draft; the rule wants it not to be',
    ],
    ['not: { pull_request.draft: true }', { 'pull_request.draft': true }, 'it is a draft; the rule wants it not to be'],
    [
      'repository.private: false',
      { 'repository.private': true },
      'the repository is private; the rule wants it not to be',
    ],
    ['not: { issue.locked: false }', { 'issue.locked': false }, 'it is not locked; the rule wants it to be'],
  ],
  times: [
    [
      'issue.updated_at: { olderThan: 7d }',
      changed,
      'it was last changed 3 days ago; the rule wants longer ago than 7 days: 4 days to go',
    ],
    [
      'issue.updated_at: { newerThan: 2d }',
      changed,
      'it was last changed 3 days ago; the rule wants no longer ago than 2 days: 2 days too late',
    ],
    [
      'not: { issue.updated_at: { olderThan: 1d } }',
      changed,
      'it was last changed 3 days ago; the rule wants no longer ago than 1 day: 3 days too late',
    ],
    [
      'not: { issue.updated_at: { newerThan: 1w } }',
      changed,
      'it was last changed 3 days ago; the rule wants longer ago than 1 week: 4 days to go',
    ],
    [
      'issue.updated_at: { olderThan: 12h }',
      { 'issue.updated_at': '2026-06-10T11:59:30Z' },
      'it was last changed just now; the rule wants longer ago than 12 hours: 12 hours to go',
    ],
    [
      'issue.updated_at: { olderThan: 30m }',
      { 'issue.updated_at': '2026-06-10T14:00:00Z' },
      'it was last changed in 2 hours; the rule wants longer ago than 30 minutes: 3 hours to go',
    ],
    [
      'issue.closed_at: { olderThan: 1d }',
      { 'issue.closed_at': null },
      'it is not closed; the rule wants longer ago than 1 day',
    ],
    [
      'issue.closed_at: { before: 2026-01-01T00:00:00Z }',
      closed,
      'it was closed at 2026-05-07T11:00:00Z; the rule wants a time before 2026-01-01T00:00:00Z',
    ],
    [
      'not: { issue.closed_at: { before: 2026-06-01T00:00:00Z } }',
      closed,
      'it was closed at 2026-05-07T11:00:00Z; the rule wants a time not before 2026-06-01T00:00:00Z',
    ],
    [
      'issue.closed_at: { after: { fact: issue.created_at } }',
      { ...closed, 'issue.created_at': '2026-06-01T00:00:00Z' },
      'it was closed at 2026-05-07T11:00:00Z; the rule wants a time after it was opened at 2026-06-01T00:00:00Z',
    ],
    [
      'issue.closed_at: { after: 2026-01-01T00:00:00Z }',
      {},
      'it is not known when it was closed; the rule wants a time after 2026-01-01T00:00:00Z',
    ],
  ],
  people: [
    [
      'not: { pull_request.merged_by.login: { equal: { fact: pull_request.author.login } } }',
      { 'pull_request.merged_by.login': 'asha', 'pull_request.author.login': 'Asha' },
      'asha merged it, who also wrote it; the rule wants them to differ',
    ],
    [
      'pull_request.merged_by: { notEqual: { fact: pull_request.author } }',
      { 'pull_request.merged_by': asha, 'pull_request.author': asha },
      'asha merged it, who also wrote it; the rule wants them to differ',
    ],
    [
      'pull_request.merged_by: { notEqual: { fact: pull_request.author } }',
      { 'pull_request.merged_by': null, 'pull_request.author': asha },
      'nobody is known to have merged it; the rule wants anybody but asha (who wrote it)',
    ],
    [
      'pull_request.merged_by: { notEqual: { fact: pull_request.author } }',
      { 'pull_request.merged_by': asha, 'pull_request.author': null },
      'nobody is known to have written it, so there is nothing to compare who merged it with',
    ],
    [
      'pull_request.merged_by: { fact: pull_request.author }',
      { 'pull_request.merged_by': bob, 'pull_request.author': asha },
      'bob merged it, and asha wrote it; the rule wants them to be the same',
    ],
    ['pull_request.merged_by: asha', { 'pull_request.merged_by': bob }, 'bob merged it; the rule wants asha'],
    [
      'not: { pull_request.merged_by: bob }',
      { 'pull_request.merged_by': bob },
      'bob merged it; the rule wants anybody but bob',
    ],
    [
      'pull_request.merged_by.login: [asha, carol]',
      { 'pull_request.merged_by.login': 'bob' },
      'bob merged it; the rule wants asha or carol',
    ],
    [
      'pull_request.merged_by.login: { notIn: [bob, carol] }',
      { 'pull_request.merged_by.login': 'bob' },
      'bob merged it; the rule wants anybody but bob and carol',
    ],
    [
      'pull_request.merged_by.login: { startsWith: c4gt- }',
      { 'pull_request.merged_by.login': 'bob' },
      'bob merged it; the rule wants a login that begins with `c4gt-`',
    ],
    [
      'pull_request.merged_by.id: 7',
      { 'pull_request.merged_by.id': 2 },
      'account 2 merged it; the rule wants account 7',
    ],
    [
      'not: { pull_request.author.type: Bot }',
      { 'pull_request.author.type': 'Bot' },
      'the kind of account that wrote it is `Bot`; the rule wants anything but `Bot`',
    ],
    [
      'not: { pull_request.approved_by: { contains: { fact: pull_request.author } } }',
      { ...approved, 'pull_request.author': bob },
      'bob approved it, who also wrote it; the rule wants them to differ',
    ],
    [
      'pull_request.approved_by: { contains: { fact: pull_request.author } }',
      approved,
      'bob and carol approved it; the rule wants asha (who wrote it) among them',
    ],
    [
      'pull_request.approved_by: { containsAny: [asha, dev] }',
      approved,
      'bob and carol approved it; the rule wants asha or dev among them',
    ],
    [
      'pull_request.author: { in: { fact: pull_request.approved_by } }',
      approved,
      'asha wrote it; the rule wants bob or carol (who approved it)',
    ],
    [
      'issue.assignees: { doesNotContain: bob }',
      { 'issue.assignees': [asha, bob] },
      'asha and bob are assigned to it; the rule wants bob not among them',
    ],
    [
      'sender.login: { fact: issue.author.login }',
      { 'sender.login': 'bob', 'issue.author.login': 'asha' },
      'bob caused the event, and asha wrote it; the rule wants them to be the same',
    ],
  ],
  'what is there, and what is not': [
    ['issue.milestone: { exists: true }', { 'issue.milestone': null }, 'it has no milestone; the rule wants one'],
    ['issue.milestone: { exists: false }', { 'issue.milestone': 'v1' }, 'its milestone is `v1`; the rule wants none'],
    ['not: { issue.milestone: { exists: false } }', {}, 'its milestone is not known; the rule wants one'],
    ['issue.labels: { exists: true }', {}, 'its labels are not known; the rule wants them to be'],
    ['issue.labels: { exists: false }', { 'issue.labels': [] }, 'its labels are known; the rule wants them not to be'],
    [
      'pull_request.merged: { exists: true }',
      { 'pull_request.merged': null },
      'it is not known whether it is merged; the rule wants that known',
    ],
    [
      'pull_request.merged: { exists: false }',
      { 'pull_request.merged': true },
      'it is known whether it is merged; the rule wants that unknown',
    ],
    ['issue.closed_at: { exists: true }', { 'issue.closed_at': null }, 'it is not closed; the rule wants it to be'],
    [
      'issue.closed_at: { exists: false }',
      { 'issue.closed_at': '2026-06-09T12:00:00Z' },
      'it was closed 1 day ago; the rule wants it not to be',
    ],
    [
      'pull_request.merged_by: { exists: true }',
      { 'pull_request.merged_by': null },
      'nobody is known to have merged it; the rule wants somebody',
    ],
    [
      'pull_request.merged_by: { exists: false }',
      { 'pull_request.merged_by': bob },
      'bob merged it; the rule wants nobody',
    ],
  ],
};

describe('the nearest miss', () => {
  for (const [about, cases] of Object.entries(tables)) {
    describe(`of ${about}`, () => {
      for (const [condition, facts, sentence] of cases) {
        it(`${condition} → ${sentence}`, async () => {
          const miss = nearestMiss(await traceOf(condition, facts), now);
          expect(miss?.sentence).to.equal(sentence);
          expect(miss?.flips).to.equal(1);
        });
      }
    });
  }

  it('has a sentence for every operator', () => {
    const shown = Object.values(tables).flatMap((cases) => cases.map(([condition]) => condition));
    for (const name of operators.keys()) {
      const isShown = shown.some((condition) =>
        name === 'equal' || name === 'in'
          ? /: (\w+|\[.*\])$/.test(condition)
          : new RegExp(`\\b${name}\\b`).test(condition),
      );
      expect(isShown, name).to.equal(true);
    }
  });
});

describe('the words for facts', () => {
  it('say of each account what makes it that one', () => {
    for (const { name, type } of catalogue.filter((each) => each.type === 'user' || each.type === 'users'))
      expect(wordsOf(name).deed, `${name}, a ${type}`).not.to.equal(null);
  });

  it('say of each time what was done then, and of what is true or false what that is', () => {
    for (const { name } of catalogue.filter((each) => each.type === 'time'))
      expect(wordsOf(name).done, name).not.to.equal(null);
    for (const { name } of catalogue.filter((each) => each.type === 'boolean'))
      expect(wordsOf(name).quality, name).not.to.equal(null);
  });

  it('are plain for a fact that the catalogue has not, or has no more', () => {
    expect(wordsOf('pull_request.old_thing')).to.include({ name: 'its old thing', type: null, deed: null });
    expect(wordsOf('nonsense')).to.include({ name: 'its nonsense', owner: 'it' });
  });
});
