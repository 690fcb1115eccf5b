// JSON for people to read and to compare: what fits on a line stands on one.

export function neatJson(value: unknown, width = 120): string {
  return `${lines(value, '', width)}\n`;
}

/** @param taken how much of the first line there is already, besides the indent */
function lines(value: unknown, indent: string, width: number, taken = 0): string {
  const flat = oneLine(value);
  if (indent.length + taken + flat.length <= width || typeof value !== 'object' || value === null) return flat;
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => lines(item, deeper, width, 1))
    : Object.entries(value).map(([key, item]) => {
        const name = `${JSON.stringify(key)}: `;
        return `${name}${lines(item, deeper, width, name.length + 1)}`;
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
