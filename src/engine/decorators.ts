// What is done to both sides of a comparison before an operator sees them: `ignoreCase:contains`, `user:equal`.

type Next = (fact: unknown, value: unknown) => boolean;

/** Prepare both sides of an operator: see `decorators` where conditions are compiled. */
export const decorators: readonly [string, (fact: unknown, value: unknown, next: Next) => boolean][] = [
  ['ignoreCase', (fact, value, next) => next(folded(fact), folded(value))],
  ['length', (fact, value, next) => next(typeof fact === 'string' || Array.isArray(fact) ? fact.length : null, value)],
  [
    'user',
    (fact, value, next) => (isUser(value) ? next(account(fact), account(value)) : next(login(fact), login(value))),
  ],
];

function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded);
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function isUser(value: unknown): value is { id: number; login: string } {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null && 'id' in one && 'login' in one;
}

/** Two accounts are compared by number, which outlives a rename. */
function account(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(account);
  return isUser(value) ? value.id : value;
}

function login(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(login);
  return folded(isUser(value) ? value.login : value);
}
