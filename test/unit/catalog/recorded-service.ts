// The endpoints web service with recorded responses, on the loopback interface.
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const recordings = fileURLToPath(new URL('../../fixtures/endpoints-service', import.meta.url));

/** The path of a recorded answer. */
export function recordingPath(name: string): string {
  return `${recordings}/${name}`;
}

export function recording(name: string): string {
  return readFileSync(recordingPath(name), 'utf8');
}

/** How a path is answered: with a text, or in a way of its own. */
export type Behaviour = string | ((response: ServerResponse) => void);

/** Every path of a whole update from 2026081400 to 2026100100. */
export const RECORDED: Readonly<Record<string, Behaviour>> = {
  '/version': recording('version.json'),
  '/endpoints/Worldwide': recording('worldwide_2026100100.json'),
  '/changes/Worldwide/2026081400': recording('changes-worldwide_2026081400.json'),
};

/** Sends a status without anything else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (response) => response.writeHead(code, headers).end('no');
}

/** Announces a whole answer, sends half of it, and cuts the connection. */
export function cutOff(text: string): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-length': String(Buffer.byteLength(text)) });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  };
}

/** A web service on the loopback interface that answers what was recorded. */
export class RecordedService {
  /** The requests so far, as path and query. */
  readonly requests: string[] = [];

  private constructor(
    readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  /**
   * @param answers by path, or a function of it; all else is answered with 404
   * @param headers of every answer
   */
  static start(
    answers: Readonly<Record<string, Behaviour>> | ((path: string) => Behaviour | undefined),
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RecordedService> {
    const behaviourAt = typeof answers === 'function' ? answers : (path: string) => answers[path];
    return new Promise((resolve) => {
      const server = createServer((request, response) => {
        service.requests.push(request.url ?? '');
        const path = (request.url ?? '').replace(/\?.*$/, '');
        const behaviour = behaviourAt(path) ?? status(404);
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        if (typeof behaviour === 'string') response.setHeader('content-type', 'application/json').end(behaviour);
        else behaviour(response);
      });
      const stop = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      let service: RecordedService;
      server.listen(0, '127.0.0.1', () => {
        // A TCP server's address is an object; only that of a pipe is a text.
        const { port } = server.address() as AddressInfo;
        service = new RecordedService(`http://127.0.0.1:${port}`, stop);
        resolve(service);
      });
    });
  }
}
