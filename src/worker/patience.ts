// How long work waits for an answer: a lane that waits out a hanging GitHub, 10 s at a time and for each installation
// anew, holds up the deliveries that ask it nothing.
//
// An answer that takes longer than `waits` is waited for no more by the work, which comes again; the question goes on,
// and its answer is kept. While `most` questions have been outlasting that, no further one is begun.

export interface PatienceTerms {
  /** Milliseconds for which an answer is waited for. */
  readonly waits: number;
  /** Seconds after which the work comes again. */
  readonly back: number;
  /** Questions that may outlast it at once, in this process. */
  readonly most: number;
}

export const PATIENCE: PatienceTerms = { waits: 1_000, back: 5, most: 3 };

export interface Patience {
  /** Whether GitHub is so slow that nothing more should be asked. */
  isWornOut(): boolean;
  /** The answer, or `late` when it takes too long; then it goes on, and its fault is nobody's. */
  wait<T>(answer: Promise<T>): Promise<{ readonly given: T } | 'late'>;
}

export function createPatience({ waits, most }: PatienceTerms): Patience {
  let outlasting = 0;
  return {
    isWornOut: () => outlasting >= most,
    async wait(answer) {
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => resolve('late'), waits);
      const first = await Promise.race([answer.then((given) => ({ given })), late]).finally(() => clearTimeout(timer));
      if (first === 'late') {
        outlasting += 1;
        const ended = () => {
          outlasting -= 1;
        };
        answer.then(ended, ended);
      }
      return first;
    },
  };
}
