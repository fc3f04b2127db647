import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export type Behaviour = 'reset' | 'stall' | 'half' | 'drip' | 'wrong-length' | 'redirect';

export interface RawServer {
  readonly url: string;
  /** Behaviour towards the next connections. Resets the count. */
  behave(behaviour: Behaviour): void;
  /** A complete answer. `headers`: further lines, each with its line end. */
  answer(status: number, contentType: string, body: string, headers?: string): void;
  requests(): number;
  stop(): Promise<void>;
}

const json = 'content-type: application/json\r\n';

/** A server below HTTP that behaves like a broken network or proxy. */
export async function startRawServer(): Promise<RawServer> {
  let behaviour: Behaviour = 'reset';
  let whole: string | undefined;
  let requests = 0;
  const open = new Set<Socket>();
  const act: Record<Behaviour, (socket: Socket) => void> = {
    reset: (socket) => socket.resetAndDestroy(),
    stall: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${json}content-length: 40\r\n\r\n`),
    half: (socket) => socket.end(`HTTP/1.1 200 OK\r\n${json}content-length: 40\r\n\r\n{"data":`),
    'wrong-length': (socket) => socket.end(`HTTP/1.1 200 OK\r\n${json}content-length: 5\r\n\r\n{"data":{}}`),
    drip: (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${json}content-length: 4000\r\n\r\n{`);
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(' ')), 20);
    },
    redirect: (socket) =>
      socket.end(
        'HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n',
      ),
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.once('data', () => {
      requests++;
      if (whole === undefined) act[behaviour](socket);
      else socket.end(whole);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave(next) {
      whole = undefined;
      behaviour = next;
      requests = 0;
    },
    answer(status, contentType, body, headers = '') {
      const length = Buffer.byteLength(body);
      whole = `HTTP/1.1 ${status} X\r\ncontent-type: ${contentType}\r\ncontent-length: ${length}\r\nconnection: close\r\n${headers}\r\n${body}`;
    },
    requests: () => requests,
    stop: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
