// Loading rules: what comes of the files besides the rules.
import { expect } from 'chai';
import { ruleLoader, stepwiseRuleLoader } from '../../src/engine/load.ts';
import { atOnce } from '../../src/engine/steps.ts';
import { vocabulary } from '../../src/vocabulary.ts';

const files = [
  {
    path: 'a.yaml',
    text: `version: 1
program: a
rules:
  one: { on: issues, while: { condition: open }, then: [{ list_ticket: }] }
`,
  },
  { path: 'b.yaml', text: 'version: 1\nprogram: b\nconditions: { open: { issue.state: open } }\n' },
];

const LISTED = 'then: [{ list_ticket: }]';

describe('a loader', () => {
  it('gives the files with the rules, for whoever looks at them further', () => {
    const { rules, files: kept } = ruleLoader(vocabulary)(files);
    expect(rules?.rules.map(({ id }) => id)).to.deep.equal(['a/one']);
    expect(kept.map(({ program }) => program)).to.deep.equal(['a', 'b']);
  });

  it('that keeps no files makes the same rules, and says the same of what is wrong', () => {
    const keeping = ruleLoader(vocabulary);
    const forgetful = ruleLoader(vocabulary, { keepsFiles: false });
    const [kept, forgotten] = [keeping(files), forgetful(files)];
    expect(forgotten.files).to.deep.equal([]);
    expect(forgotten.rules?.version).to.equal(kept.rules?.version);
    expect(forgotten.rules?.rules).to.deep.equal(kept.rules?.rules);
    const wrong = files.map(({ path, text }) => ({ path, text: text.replace('open }', 'opne }') }));
    expect(forgetful(wrong).problems).to.have.length(2);
    expect(forgetful(wrong).problems).to.deep.equal(keeping(wrong).problems);
  });

  it('reads, compiles and indexes in steps, several to each rule, so that nobody has to wait for all of them', () => {
    const rules = Array.from(
      { length: 100 },
      (_, n) => `  rule-${n}: { on: issues, while: { issue.number: ${n} }, ${LISTED} }`,
    );
    const large = [{ path: 'a.yaml', text: `version: 1\nprogram: a\nrules:\n${rules.join('\n')}\n` }];
    const steps = stepwiseRuleLoader(vocabulary)(large);
    let reading = 0;
    let last = steps.next();
    for (; last.done !== true; last = steps.next()) reading += 1;
    expect(reading).to.be.above(100 + 10);
    expect(last.value.problems).to.deep.equal([]);
    expect([...(last.value.rules?.index() ?? [])]).to.have.length(2 * 100);
    expect([...(last.value.rules?.index() ?? [])], 'made once').to.have.length(0);
    const once = ruleLoader(vocabulary)(large).rules;
    expect(last.value.rules?.rules).to.deep.equal(once?.rules);
    expect(last.value.rules?.version).to.equal(once?.version);
    for (const wrong of [files.slice(0, 1), [{ path: 'a.yaml', text: 'rules: [' }]])
      expect(atOnce(stepwiseRuleLoader(vocabulary)(wrong)).problems)
        .to.deep.equal(ruleLoader(vocabulary)(wrong).problems)
        .and.to.have.length(1);
  });

  it('keeps rules to the repositories it is told, unless their file names some; and that is another version', () => {
    const narrow = files.map((file) =>
      file.path === 'a.yaml'
        ? { ...file, text: file.text.replace('program: a', 'program: a\nrepositories: [other/one]') }
        : file,
    );
    const where = (given: typeof files, repositories: readonly string[]) =>
      ruleLoader(vocabulary, { repositories })(given).rules?.rules.map((rule) => rule.repositories);
    expect(where(files, [])).to.deep.equal([[]]);
    expect(where(files, ['Code4GovTech/*', 'sunbird/*'])).to.deep.equal([['Code4GovTech/*', 'sunbird/*']]);
    expect(where(narrow, ['Code4GovTech/*'])).to.deep.equal([['other/one']]);
    const versions = [[], ['a/*'], ['b/*'], ['a/*', 'b/*'], ['b/*', 'a/*']].map(
      (repositories) => ruleLoader(vocabulary, { repositories })(files).rules?.version,
    );
    expect(new Set(versions).size).to.equal(4);
    expect(versions[3]).to.equal(versions[4]);
  });
});
