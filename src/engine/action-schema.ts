// The JSON Schema of actions: the parameters of each, as literals, facts, entries of tables, or texts with placeholders.
import type { Action, Field } from '../actions/action.ts';
import { type Audience, factMapping } from './schema-audience.ts';
import { named, type Schema } from './schema-parts.ts';
import { actionMeaning } from './schema-words.ts';

export function actionSchema(action: Action, to: Audience): Schema {
  const fields = Object.entries(action.fields);
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  const example = Object.fromEntries(fields.map(([name, field]) => [name, field.example]));
  return named('parameter', Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field, to)])), {
    type: required.length === 0 ? ['object', 'null'] : 'object',
    required,
    ...to.about({ title: action.name, description: actionMeaning(action), examples: [example] }),
  });
}

function fieldSchema(field: Field, to: Audience): Schema {
  const { type, description, example, values = [] } = field;
  const about = to.about({ description: `${description} ${HOW_WRITTEN[type]}`.trim(), examples: [example] });
  const text = { type: 'string', minLength: 1 };
  switch (type) {
    case 'users':
      return { ...about, ...factMapping(to.factName(['user', 'users'])) };
    case 'text':
    case 'markdown':
      return { ...about, ...text };
    case 'texts': {
      const object = factMapping(to.factName(['strings']));
      const lists = to.cases({ array: { minItems: 1, items: text }, object });
      return { ...about, type: ['array', 'object'], 'x-list': 'texts', ...lists };
    }
    case 'choice':
      return { ...about, enum: values };
    case 'number':
      return { ...about, ...numberSchema(field, to) };
  }
}

const HOW_WRITTEN: Readonly<Record<Field['type'], string>> = {
  number: '',
  text: 'Placeholders such as `{{ issue.title }}` stand for facts.',
  markdown: 'In Markdown. Placeholders such as `{{ issue.title }}` stand for facts, whose text is shown as it is.',
  texts: 'A list, or a fact that is one; placeholders such as `{{ issue.title }}` stand for facts.',
  choice: '',
  users: 'A fact that is a user or a list of users.',
};

function numberSchema({ minimum, maximum }: Field, to: Audience): Schema {
  const number = {
    type: 'integer',
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
  const key = {
    type: ['string', 'object'],
    ...to.cases({ object: to.otherFact(['string']) }),
    ...to.about({ description: 'What to look up: a text or a fact.' }),
  };
  const object = named('key', {
    fact: to.factName(['number']),
    table: { type: 'string', ...to.about({ description: 'Name of a table.' }) },
    key,
    default: { ...number, ...to.about({ description: 'For a key that the table does not have.' }) },
  });
  return { type: ['integer', 'object'], ...to.cases({ integer: number, object }) };
}
