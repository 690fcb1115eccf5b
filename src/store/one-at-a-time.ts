// One connection for everybody: calls are made one at a time, who acknowledges does not stand in line with the rest, and
// between two of them whatever else has come is heard.

export type OneAtATime = <T>(call: () => Promise<T>, isUrgent: boolean) => Promise<T>;

/**
 * An urgent call is the next but one at the latest: it goes before all others, but for one between it and an urgent one
 * before it, so that a flood of deliveries does not keep the worker, who has to get on with them, from the database.
 */
export function oneAtATime(): OneAtATime {
  const urgent: (() => void)[] = [];
  const others: (() => void)[] = [];
  let isTaken = false;
  let wasUrgent = false;

  /** Without ever being free between, lest somebody who comes just then takes it too. */
  const handOn = () => {
    const following = next();
    if (following === undefined) isTaken = false;
    else following();
  };
  const next = (): (() => void) | undefined =>
    wasUrgent ? (others.shift() ?? urgent.shift()) : (urgent.shift() ?? others.shift());

  return async (call, isUrgent) => {
    if (isTaken) await new Promise<void>((resolve) => (isUrgent ? urgent : others).push(resolve));
    isTaken = true;
    wasUrgent = isUrgent;
    try {
      return await call();
    } finally {
      // The embedded database answers before anything else runs: calls that followed at once, one upon another, would keep
      // a delivery that has arrived from being as much as read.
      setImmediate(handOn);
    }
  };
}
