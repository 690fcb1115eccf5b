// One connection through the wire. States: `passing` → `muted` (what comes is thrown away, and the ends are kept open)
// → `cut`, or `passing` → `cut`; within `passing`, an answer is `withheld` while it may be the one that is waited for.
import { connect, type Socket } from 'node:net';
import { createFrames, letterOf, textsOf } from './frames.ts';
import { isStep, type Point } from './points.ts';
import type { Weather } from './wire.ts';

export interface Line {
  /** Passes nothing any more, and ends nothing. */
  mute(): void;
  /** Passes what was held back. */
  flush(): void;
  /** Resets both ends. */
  cut(): void;
}

/** Flush asks Postgres to send the answer so far, and does not end the transaction as Sync does. */
const [FLUSH, SYNC] = [Buffer.from('H\0\0\0\x04'), Buffer.from('S\0\0\0\x04')];

export function createLine(client: Socket, to: { host: string; port: number }, weather: Weather): Line {
  let muted = weather.silent;
  let server: Socket | null = null;
  const held: (() => void)[] = [];

  const cut = () => {
    client.resetAndDestroy();
    server?.resetAndDestroy();
  };
  const mute = () => {
    muted = true;
  };
  const flush = () => {
    for (const pass of held.splice(0)) pass();
  };
  client.on('error', () => undefined);
  client.on('close', () => server?.resetAndDestroy());
  if (muted) {
    client.resume();
    return { mute, flush, cut };
  }

  const pass = (message: Buffer, socket: Socket) => {
    const write = () => {
      if (!muted && !socket.destroyed) socket.write(message);
    };
    if (weather.held) held.push(write);
    else if (weather.delay > 0) setTimeout(write, weather.delay);
    else write();
  };
  const postgres = connect({ ...to, noDelay: true });
  server = postgres;
  postgres.on('error', () => undefined);
  postgres.on('close', () => {
    if (!muted) client.destroy();
  });

  const watch = watchStatements(weather, {
    ask: (message) => pass(message, postgres),
    answer: (message) => pass(message, client),
    half: (answer) => client.write(answer.subarray(0, answer.length >> 1), cut),
    cut,
  });
  const [fromClient, fromServer] = [createFrames(true), createFrames(false)];
  client.on('data', (chunk) => {
    for (const message of fromClient(chunk)) if (!muted) watch.asks(message);
  });
  postgres.on('data', (chunk) => {
    for (const message of fromServer(chunk)) if (!muted) watch.answers(message);
  });
  return { mute, flush, cut };
}

interface Ends {
  ask(message: Buffer): void;
  answer(message: Buffer): void;
  half(answer: Buffer): void;
  cut(): void;
}

/** Follows which statement is under way, and stops everything where the point is reached that the wire is armed for. */
function watchStatements(weather: Weather, ends: Ends) {
  const prepared = new Map<string, string>();
  let withheld: Buffer[] = [];
  let asked: { readonly text: string; values: Buffer } | null = null;
  let awaited: Point | null = null;
  let over = false;

  const armedFor = (moment: Point['moment']): Point | null => {
    const point = weather.armed?.point;
    return point?.moment === moment && asked !== null && isStep(point.step, asked.text) ? point : null;
  };
  const isAbout = ({ about }: Point, ...texts: Buffer[]) =>
    about === undefined || texts.some((text) => text.includes(about));
  const reach = (answer: Buffer) => {
    over = true;
    if (weather.armed?.reached() === 'half') ends.half(answer);
    else ends.cut();
  };
  return {
    asks(message: Buffer) {
      const letter = letterOf(message);
      if (over) return;
      if (letter === 'P') {
        const [name = '', text = ''] = textsOf(message, 2);
        prepared.set(name, text);
      } else if (letter === 'B') {
        const [, name = ''] = textsOf(message, 2);
        asked = { text: prepared.get(name) ?? '', values: message };
        const point = armedFor('asked');
        if (point !== null && isAbout(point, message)) return reach(message);
      } else if (letter === 'S' && asked !== null) {
        const point = armedFor('executed');
        if (point !== null && isAbout(point, asked.values)) {
          awaited = point;
          return ends.ask(FLUSH);
        }
      }
      ends.ask(message);
    },
    answers(message: Buffer) {
      const letter = letterOf(message);
      if (over) return;
      if (awaited !== null && letter === 'C') return reach(message);
      if (awaited !== null && letter === 'E') {
        awaited = null;
        ends.ask(SYNC);
      }
      const point = armedFor('answered');
      if (point === null && withheld.length === 0) {
        if (letter === 'Z') asked = null;
        return ends.answer(message);
      }
      withheld.push(message);
      if (letter !== 'Z') return;
      const answer = Buffer.concat(withheld);
      withheld = [];
      if (point !== null && asked !== null && isAbout(point, asked.values, answer)) return reach(answer);
      asked = null;
      ends.answer(answer);
    },
  };
}
