// Circles among names that name others.

/**
 * One circle for each name at which one closes, on the way from the names given first: the name, what it goes by, and the
 * name again. Walks without recursion, since names can be chained by the thousand.
 */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles = new Map<string, string[]>();
  const done = new Set<string>();
  for (const start of graph.keys()) {
    const path: { name: string; next: number }[] = [];
    const open = new Set<string>();
    const enter = (name: string) => {
      path.push({ name, next: 0 });
      open.add(name);
    };
    if (!done.has(start)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const other = graph.get(top.name)?.[top.next++];
      if (other === undefined) {
        path.pop();
        open.delete(top.name);
        done.add(top.name);
      } else if (open.has(other)) {
        const from = path.findIndex(({ name }) => name === other);
        if (!circles.has(other)) circles.set(other, [...path.slice(from).map(({ name }) => name), other]);
      } else if (!done.has(other)) {
        enter(other);
      }
    }
  }
  return [...circles.values()];
}
