// Who wants the same waits for whoever came before: two works of one process that decide the same subject at the same
// time would only make one of them decide again.

/** Does something once everybody who came before with the same name is done with it. */
export type InTurn = <T>(name: string, something: () => Promise<T>) => Promise<T>;

export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();

  return async (name, something) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(something);
    const over = turn.catch(() => undefined);
    last.set(name, over);
    try {
      return await turn;
    } finally {
      if (last.get(name) === over) last.delete(name);
    }
  };
}
