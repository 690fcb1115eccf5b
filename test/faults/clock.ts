// Loaded into a process before all else (`--import`), it sets that process's clock wrong by CLOCK_SKEW milliseconds: every
// `Date` is off, and timers, which measure time and do not tell it, are as they were.
const skew = Number(process.env['CLOCK_SKEW'] ?? 0);
const Right = Date;

globalThis.Date = new Proxy(Right, {
  construct: (target, given, wrong) =>
    Reflect.construct(target, given.length === 0 ? [Right.now() + skew] : given, wrong),
  apply: () => new Date().toString(),
  get: (target, property) => (property === 'now' ? () => Right.now() + skew : Reflect.get(target, property)),
});
