// A small strict XML reader: what it takes is well-formed XML 1.0 without doctypes, and everything else throws.

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of the element itself, its children's left out. */
  readonly text: string;
}

/** @throws Error that says at which offset it is no XML */
export function readXml(xml: string): XmlElement {
  const foreign = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(xml);
  if (foreign !== null) throw new Error(`no character of XML at ${foreign.index}`);
  const root = { name: '', attributes: {}, children: [] as XmlElement[], text: '' };
  const open = [root];
  let at = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n?/.exec(xml)?.[0].length ?? 0;
  while (at < xml.length) {
    const top = open.at(-1) ?? root;
    const [whole = '', closing, name = '', attributes = '', empty] = TAG.exec(xml.slice(at)) ?? [];
    if (closing !== undefined) {
      if (open.pop()?.name !== closing || open.length === 0) throw new Error(`</${closing}> closes nothing at ${at}`);
    } else if (name !== '') {
      const element = { name, attributes: attributesOf(attributes, at), children: [], text: '' };
      top.children.push(element);
      if (empty === '') open.push(element);
    } else {
      const text = /^[^<]+/.exec(xml.slice(at))?.[0];
      if (text === undefined || text.includes(']]>')) throw new Error(`this is no tag at ${at}`);
      if (top === root && text.trim() !== '') throw new Error(`text outside of the document at ${at}`);
      top.text += unescaped(text, at);
      at += text.length;
    }
    at += whole.length;
  }
  const [document, ...others] = root.children;
  if (open.length !== 1 || document === undefined || others.length > 0) throw new Error('this is not one document');
  return document;
}

const NAME = '[A-Za-z_][\\w.-]*';
const TAG = new RegExp(`^<(?:/(${NAME})\\s*|(${NAME})((?:\\s+${NAME}="[^<"]*")*)\\s*(/?))>`);

function attributesOf(written: string, at: number): Record<string, string> {
  const pairs = [...written.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'g'))];
  const attributes = Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, unescaped(value, at)]));
  if (Object.keys(attributes).length !== pairs.length) throw new Error(`an attribute is given twice at ${at}`);
  return attributes;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string, at: number): string {
  return text.replaceAll(/&([^;&]*;)?/g, (_, entity = '') => {
    const name = String(entity).slice(0, -1);
    const number = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name);
    if (number !== null)
      return String.fromCodePoint(Number.parseInt(number[1] ?? number[2] ?? '', number[1] ? 16 : 10));
    const character = ENTITIES[name];
    if (character === undefined) throw new Error(`an & is no entity near ${at}`);
    return character;
  });
}
