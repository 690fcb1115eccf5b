// What people write under the form's headings: lists of skills, mentors, and how hard it is.
import { expect } from 'chai';
import { parseTicket, type Ticket } from '../../src/models/ticket.ts';

const skills: readonly (readonly [written: string, expected: readonly string[]])[] = [
  ['C#, .NET, Node.js, CI/CD, C++', ['C#', '.NET', 'Node.js', 'CI/CD', 'C++']],
  ['AWS (EC2, S3), Docker', ['AWS (EC2, S3)', 'Docker']],
  ['Broken (paren, Docker', ['Broken (paren', 'Docker']],
  ['a) first, b) second', ['a) first', 'b) second']],
  ['HTML & CSS, Research and Development', ['HTML & CSS', 'Research and Development']],
  ['Python, Go, and Rust.', ['Python', 'Go', 'Rust']],
  ['Python\nGo', ['Python', 'Go']],
  ['Python<br>Go', ['Python', 'Go']],
  ['- Python\n- Go, Rust\n  - Tokio', ['Python', 'Go', 'Rust', 'Tokio']],
  ['1. Python\n2. Go', ['Python', 'Go']],
  ['- [x] Python\n- [ ] Go\n- [X] Rust\n\nOthers: C', ['Python', 'Rust']],
  ['- [ ] Python\n- [ ] Go', []],
  ['python, Python, PYTHON', ['python']],
  ['[React](https://react.dev), `Vue`, *Svelte*', ['React', 'Vue', 'Svelte']],
  ['Python; Go • Rust', ['Python', 'Go', 'Rust']],
  ['_No response_', []],
  ['NA', []],
  ['N/A', []],
  ['n.a.', []],
  ['None', []],
  ['-', []],
  ['—', []],
  ['Python, NA, -', ['Python']],
  ['Nano, NATS, Nonedb', ['Nano', 'NATS', 'Nonedb']],
  ['![logo](x.png)', []],
  ['| Python | Go |\n|---|---|\n| Rust | C |', ['Python', 'Go', 'Rust', 'C']],
];

const mentors: readonly (readonly [written: string, expected: readonly string[]])[] = [
  ['@asha', ['asha']],
  ['@asha, @ravi-k', ['asha', 'ravi-k']],
  ['@asha @ravi', ['asha', 'ravi']],
  ['@asha and @ravi & @meera', ['asha', 'ravi', 'meera']],
  ['Asha Rao and Ravi Kumar', ['Asha Rao', 'Ravi Kumar']],
  ['Asha Rao, Ravi Kumar', ['Asha Rao', 'Ravi Kumar']],
  ['Anand Andersen', ['Anand Andersen']],
  ['Asha Rao (@asha)', ['asha']],
  ['Asha Rao (Acme, Inc.)', ['Asha Rao (Acme, Inc.)']],
  ['[Asha](https://github.com/asha)', ['asha']],
  ['https://github.com/asha', ['asha']],
  ['github.com/asha/', ['asha']],
  ['https://github.com/asha?tab=repositories', ['asha']],
  ['[Asha](https://www.linkedin.com/in/asha)', ['Asha']],
  ['https://github.com/asha/project', ['https://github.com/asha/project']],
  ['asha@example.org', ['asha@example.org']],
  ['Asha @ Acme', ['Asha @ Acme']],
  ['@acme/mentors', ['@acme/mentors']],
  ['- @asha\n- Ravi', ['asha', 'Ravi']],
  ['@asha, [asha](https://github.com/Asha)', ['asha']],
  ['@<Mentor1>', []],
  ['_No response_', []],
  ['N/A', []],
];

const complexities: readonly (readonly [written: string, expected: Ticket['complexity']])[] = [
  ['Low', 'Low'],
  ['medium', 'Medium'],
  ['**HIGH**', 'High'],
  ['[High]', 'High'],
  ['Beginner', 'Beginner'],
  ['High complexity', 'High'],
  ['- [ ] Low\n- [x] Medium', 'Medium'],
  ['Low/Medium', null],
  ['Pick one of [High]/[Medium]/[Low]', null],
  ['Easy', null],
  ['Lower', null],
  ['_No response_', null],
];

describe('values of the ticket form', () => {
  for (const [written, expected] of skills) {
    it(`reads the skills in ${JSON.stringify(written)}`, () => {
      expect(parseTicket(`### Tech Skills Needed\n\n${written}\n\n### Category\n\nAPI`).skills).to.deep.equal(expected);
    });
  }

  for (const [written, expected] of mentors) {
    it(`reads the mentors in ${JSON.stringify(written)}`, () => {
      expect(parseTicket(`### Mentor(s)\n\n${written}`).mentors).to.deep.equal(expected);
    });
  }

  for (const [written, expected] of complexities) {
    it(`reads the complexity in ${JSON.stringify(written)}`, () => {
      expect(parseTicket(`### Complexity\n\n${written}`).complexity).to.equal(expected);
    });
  }

  it('cuts what is too long to be a value, and never within a character', () => {
    const { product, skills } = parseTicket(
      `## Product\n\n${'a'.repeat(199)}😀\n\n## Skills\n\n${'s1,'.repeat(9)}${[...'abcdefghijklmnopqrstuvwxyz'].flatMap((a) => [`${a}a`, `${a}b`, `${a}c`]).join(',')}`,
    );
    expect(product).to.equal('a'.repeat(199));
    expect(skills).to.have.length(50);
  });
});
