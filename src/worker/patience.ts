// How long work waits for an answer: a lane that waits out a hanging GitHub, 10 s at a time and for each installation
// anew, holds up the deliveries that ask it nothing.
//
// An answer that takes longer than `waits` is waited for no more by the work, which comes again; the question goes on,
// and its answer is kept. While `most` questions have been outlasting that, no further one is begun; nor by a way of which
// `mostByOne` have: an installation that is slow alone leaves room for the others.

export interface PatienceTerms {
  /** Milliseconds for which an answer is waited for. */
  readonly waits: number;
  /** Seconds after which the work comes again. */
  readonly back: number;
  /** Questions that may outlast it at once, in this process. */
  readonly most: number;
  /** The same by one way to GitHub. */
  readonly mostByOne: number;
}

export const PATIENCE: PatienceTerms = { waits: 1_000, back: 5, most: 3, mostByOne: 2 };

export interface Patience<Way> {
  /** Whether GitHub is so slow, by that way or at all, that nothing more should be asked by it. */
  isWornOut(by: Way): boolean;
  /** The answer, or `late` when it takes too long; then it goes on, and its fault is nobody's. */
  wait<T>(answer: Promise<T>, by: Way): Promise<{ readonly given: T } | 'late'>;
}

export function createPatience<Way>({ waits, most, mostByOne }: PatienceTerms): Patience<Way> {
  // Questions, however often each is waited for.
  const outlasting = new Map<Promise<unknown>, Way>();
  return {
    isWornOut: (by) =>
      outlasting.size >= most || [...outlasting.values()].filter((way) => way === by).length >= mostByOne,
    async wait(answer, by) {
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => resolve('late'), waits);
      const first = await Promise.race([answer.then((given) => ({ given })), late]).finally(() => clearTimeout(timer));
      if (first === 'late') {
        outlasting.set(answer, by);
        const ended = () => void outlasting.delete(answer);
        answer.then(ended, ended);
      }
      return first;
    },
  };
}
