// What each code of a problem stands for, for formats and pages that explain more than the sentence does.

/** What it means, and what helps; the warnings have a page of their own, docs/lints.md. */
export const EXPLAINED: Readonly<Record<string, string>> = {
  'bad-glob':
    'A glob is made of names, `*` (no slash), `**`, `?` and `{a,b}`. A repository is owner/name: `Code4GovTech/*`.',
  'bad-name': 'Names are small letters, digits and single dashes. They are part of the ids that the ledger keeps.',
  'bad-path': "json-rules-engine's `path` is plain names here, `$.author.login`: a path is never run as code.",
  'bad-pattern':
    '`matches` takes a regular expression in RE2 syntax, without look-around and back-references, and not so much repeated that a long text would take more than a second.',
  'bad-payload': 'The file or the facts that a test names do not make a payload that GitHub could send.',
  'bad-template':
    'The text has a placeholder that cannot be filled: an unknown filter, an unknown tag, or a `{{` without its `}}`.',
  'bad-value': 'The value is none that can stand there; the message says which can.',
  'cannot-set': 'This fact follows from others, or is looked up: set those others, or use `lookups`.',
  'condition-cycle': 'A condition names itself, directly or by way of others. Take it out of one of them.',
  'duplicate-id': 'Tables, conditions and rules each have a name of their own, over all files. Rename one of the two.',
  'duplicate-name': 'Each test of a file has a name of its own, by which a report says which one failed.',
  empty: 'A list or a mapping needs at least one element: an empty condition would hold for everything or nothing.',
  'fact-not-offered': 'The events of the rule do not bring this fact. The list of facts says which events do.',
  format: 'A defect of the formatter, which leaves the file as it is.',
  'missing-key': 'Something that is needed was left out.',
  'mixed-forms': 'Two ways of writing the same thing stand in one mapping. Keep one, or put both under `all`.',
  'moment-fact':
    'A `while` is decided again whenever anything changes, so it can only use facts about the state. Use `when`.',
  'never-false': 'No test sees this condition fail. Add one in which it does not hold.',
  'never-seen': 'No test comes to this condition. Add one that does.',
  'never-true': 'No test sees this condition hold. Add one in which it does.',
  'no-example': 'GitHub publishes no example of this event. Name a payload with `like:`.',
  'no-subject':
    'A `while` holds for one kind of subject: an issue, a pull request or a contributor. The events and facts of the rule do not agree on one.',
  'not-standing': 'The action happens once and cannot be withdrawn, so it goes with `when`.',
  'once-per': 'What a `while` holds stands once anyway; `once_per` goes with `when`.',
  survivor: 'No test notices when the rule is changed here. Add one that does, or accept the change in a comment.',
  'survivor-without-reason': 'A comment accepts a change of the rules that no test notices, and does not say why.',
  'too-large': 'The rule has too many conditions, those counted that it names. Split it.',
  'unknown-action': 'There is no action of this name.',
  'unknown-condition': 'No file defines a condition of this name.',
  'unknown-event': 'An event is named as GitHub names it, `issues`, or with its action, `issues.labeled`.',
  'unknown-example': 'GitHub publishes no example of this name. `c4gt send` lists them all.',
  'unknown-expectation': 'A test cannot expect anything of this name.',
  'unknown-fact': 'There is no fact of this name. `c4gt rules facts` lists them all.',
  'unknown-key': 'There is no key of this name here.',
  'unknown-limit': 'Limits are `per_hour` and `per_day`.',
  'unknown-operator': 'There is no operator of this name for facts of this type.',
  'unknown-parameter': 'The action has no parameter of this name.',
  'unknown-rule': 'A test names a rule that no file defines.',
  'unknown-table': 'No file defines a table of this name.',
  unreadable: 'The file is there and cannot be read.',
  'while-or-when':
    'A rule has a `while` (its effects stand as long as it holds) or a `when` (they happen once), and not both.',
  'wrong-operator': 'The operator does not go with facts of this type.',
  'wrong-subject': 'The action does not act on the kind of subject that the rule is about.',
  'wrong-type': 'A text, a number, a list or a mapping stands where another of these belongs.',
  'yaml-alias':
    'Anchors (`&name`) and aliases (`*name`) are not used. Name a condition, or put quotes around the text.',
  'yaml-control': 'A character that cannot be seen came into the file, often with copied text. Write the line anew.',
  'yaml-depth': 'The file is nested deeper than any rule.',
  'yaml-directive': 'Lines that begin with `%` change what YAML means, and are not used.',
  'yaml-documents': 'One file holds one document. Put what follows the `---` into a file of its own.',
  'yaml-duplicate-key': 'The same key stands twice in one mapping, and YAML leaves open which of them counts.',
  'yaml-encoding': 'The file was saved in another encoding. Save it as UTF-8.',
  'yaml-key': 'A key is a plain word. A text with `{{ … }}` needs quotes around it.',
  'yaml-merge': 'Merge keys (`<<`) are not used. Name a condition instead.',
  'yaml-nul': 'The file holds a NUL character, and so is no text. Save it as UTF-8.',
  'yaml-number': 'The number is larger than a computer can count exactly.',
  'yaml-size': 'The file is larger than any rule file. Spread the rules over several.',
  'yaml-syntax': 'The file is no YAML at this place: a bracket, a quote, a colon or a space too many or too few.',
  'yaml-tag': 'Tags (`!name`) are not used. Write the plain value, or put quotes around the text.',
};

/** A sentence or two in plain text with backticks; of a warning, where it is explained. */
export function explained(code: string): string {
  return EXPLAINED[code] ?? 'See docs/lints.md.';
}
