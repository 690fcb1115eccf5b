// HTML by template: what is put into it is text and is escaped, unless it was made by this template itself.

/** Text that is HTML already. Made by {@link html} alone, so that nothing from outside can pass for it. */
class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Html };

type Fill = string | number | Html | null | readonly Fill[];

/** Attributes have to stand in quotation marks: `<a href="${url}">`. Lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...fills: readonly Fill[]): Html {
  return new Html(String.raw({ raw: strings }, ...fills.map(drawn)));
}

function drawn(fill: Fill): string {
  if (fill === null) return '';
  if (fill instanceof Html) return fill.toString();
  if (typeof fill === 'object') return fill.map(drawn).join('');
  return String(fill)
    .toWellFormed()
    .replace(/[&<>"'`]/g, (found) => `&#${found.charCodeAt(0)};`);
}
