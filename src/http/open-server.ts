// An HTTP server that listens, or says in words why it cannot, and that ends without cutting answers off.
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface OpenServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Answers what is under way, drops idle connections at once and slow ones after a while. */
  close(): Promise<void>;
}

/** Milliseconds for answers under way when stopping. */
const STOP_WITHIN = 5_000;

/**
 * Requests on one connection that wait for their answers. Browsers, proxies and GitHub send the next one after the answer;
 * 50 connections that were sent 500 each in one piece kept the process from everybody else for seconds.
 */
const PIPELINED = 64;

/** Milliseconds in which nothing of an answer was taken, or of a request sent, after which a connection is ended. */
const IDLE = 65_000;

export async function openServer(
  options: ServerOptions,
  answer: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<OpenServer> {
  const server = createServer(options, inModeration(answer));
  server.setTimeout(IDLE);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, close: () => closed(server) };
}

/** Ends connections that are sent more than anybody means to read. */
function inModeration(answer: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const waiting = (unanswered.get(socket) ?? 0) + 1;
    if (waiting > PIPELINED) {
      socket.destroy();
      return;
    }
    unanswered.set(socket, waiting);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    answer(request, response);
  };
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} of ${host} is in use by another program: stop it, or choose another port with PORT.`,
    EACCES: `Port ${port} of ${host} needs rights that this process has not: choose one above 1023 with PORT.`,
    EADDRNOTAVAIL: `This machine has no address ${host}: choose another with HOST.`,
    ENOTFOUND: `There is no host named ${host}: choose another with HOST.`,
  };
  const message = reasons[error.code ?? ''];
  return message === undefined ? error : new Error(message, { cause: error });
}

async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), STOP_WITHIN);
  await done;
  clearTimeout(timer);
}
