// Long work in steps, so that whoever has it done may do something else between them.

/** Comes to a `T`, step by step; none takes longer than reading one file. */
export type Steps<T> = Generator<undefined, T>;

/** Everything now. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
