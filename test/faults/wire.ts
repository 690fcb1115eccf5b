// The network between a process and Postgres: it passes everything on until it is told to be silent, slow, or cut, or
// to do something at the very moment a certain statement or its answer passes.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createLine, type Line } from './line.ts';
import type { Point } from './points.ts';

/** What becomes of the connection on which a point was reached: it breaks, with or without half of the answer. */
export type After = 'cut' | 'half';

export interface Wire {
  /** The way through it to a database of the server behind. */
  url(database: string): string;
  /** Does something when a point is reached, once, before another byte passes; resolves then. */
  at(point: Point, act: () => After): Promise<void>;
  /** From now on every connection stands and nothing passes, new ones too: no end of them, no answer. */
  silence(): void;
  /** New connections pass again; those that were silenced never do. */
  speak(): void;
  /** Everything is held back, and comes all the same when it is released. */
  hold(): void;
  release(): void;
  /** Everything takes so many milliseconds longer, each way. */
  delay(milliseconds: number): void;
  /** Resets all connections; returns how many there were. */
  reset(): number;
  stop(): Promise<void>;
}

/** How the wire is now, for all its lines. */
export interface Weather {
  silent: boolean;
  held: boolean;
  delay: number;
  armed: { readonly point: Point; readonly reached: () => After } | null;
}

/** @param url of any database on the server behind */
export async function openWire(url: string): Promise<Wire> {
  const behind = new URL(url);
  const weather: Weather = { silent: false, held: false, delay: 0, armed: null };
  const lines = new Set<Line>();
  const server = createServer({ noDelay: true }, (client: Socket) => {
    const line = createLine(client, { host: behind.hostname, port: Number(behind.port) }, weather);
    lines.add(line);
    client.once('close', () => lines.delete(line));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const reset = () => {
    const count = lines.size;
    for (const line of lines) line.cut();
    return count;
  };
  return {
    url: (database) => Object.assign(new URL(behind), { host: `127.0.0.1:${port}`, pathname: `/${database}` }).href,
    at: (point, act) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      weather.armed = {
        point,
        reached: () => {
          weather.armed = null;
          const after = act();
          resolve();
          return after;
        },
      };
      return promise;
    },
    silence() {
      weather.silent = true;
      for (const line of lines) line.mute();
    },
    speak() {
      weather.silent = false;
    },
    hold() {
      weather.held = true;
    },
    release() {
      weather.held = false;
      for (const line of lines) line.flush();
    },
    delay(milliseconds) {
      weather.delay = milliseconds;
    },
    reset,
    async stop() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
