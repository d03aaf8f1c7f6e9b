import { mkdirSync } from 'node:fs';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { dirname } from 'node:path';

/** A field of a message: a text, a number, or a message of its own. */
type Field = readonly [number: number, value: string | number | Message];
export type Message = readonly Field[];

/** The bytes of a message. */
export function encode(message: Message): Buffer {
  return Buffer.concat(
    message.flatMap(([number, value]) => {
      if (typeof value === 'number') return [varint(number * 8), varint(value)];
      const bytes = typeof value === 'string' ? Buffer.from(value) : encode(value);
      return [varint(number * 8 + 2), varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** As kubelet knows it. */
export type TestPod = {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly { readonly id: string; readonly name: string; readonly image: string }[];
};

/** A container runtime that has the pods it is told, at a socket. */
export class TestRuntime {
  pods: readonly TestPod[] = [];
  images: Readonly<Record<string, string>> = {};
  /** The methods that were called. */
  readonly calls: string[] = [];
  readonly #tells: boolean;
  readonly #server = createServer();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #events = new Set<ServerHttp2Stream>();

  /** `tells`: whether it has GetContainerEvents, as of CRI 1.26. */
  constructor({ tells }: { tells: boolean }) {
    this.#tells = tells;
    this.#server.on('session', (session) => this.#sessions.add(session));
    this.#server.on('stream', (stream, headers) =>
      this.#answer(stream as ServerHttp2Stream, String(headers[':path'])),
    );
  }

  async listen(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    await new Promise<void>((resolve) => this.#server.listen(path, resolve));
  }

  /** Tells of a pod's containers, as when one starts. */
  tell(pod: TestPod): void {
    const message = encode([
      [1, pod.containers[0]?.id ?? pod.id],
      [2, 1],
      [3, Date.now() * 1e6],
      [
        4,
        [
          [1, pod.id],
          [2, metadataOf(pod)],
        ],
      ],
      ...pod.containers.map(
        ({ id, name, image }): Field => [
          5,
          [
            [1, id],
            [2, [[1, name]]],
            [3, 1],
            [8, [[1, image]]],
          ],
        ],
      ),
    ]);
    for (const stream of this.#events) stream.write(framed(message));
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(stream: ServerHttp2Stream, method: string): void {
    const name = method.split('/').at(-1)!;
    this.calls.push(name);
    stream.on('error', () => undefined); // who asked is gone
    if (name === 'GetContainerEvents' && this.#tells) {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      this.#events.add(stream);
      return;
    }
    const message = this.#lists[name]?.();
    if (message === undefined) {
      const refusal = { 'grpc-status': '12', 'grpc-message': `unknown method ${name}` };
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...refusal }, { endStream: true });
      return;
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const bytes = framed(encode(message));
    // In two parts, as it may come from any server.
    stream.write(bytes.subarray(0, 3));
    stream.end(bytes.subarray(3));
  }

  readonly #lists: Readonly<Record<string, () => Message>> = {
    ListPodSandbox: () =>
      this.pods.map((pod) => [
        1,
        [
          [1, pod.id],
          [2, metadataOf(pod)],
          [3, 0],
        ],
      ]),
    ListContainers: () =>
      this.pods.flatMap((pod) =>
        pod.containers.map(
          ({ id, name, image }): Field => [
            1,
            [
              [1, id],
              [2, pod.id],
              [
                3,
                [
                  [1, name],
                  [2, 0],
                ],
              ],
              [4, [[1, image]]],
              [5, image],
              [6, 1],
            ],
          ],
        ),
      ),
    ListImages: () =>
      Object.entries(this.images).map(
        ([id, tag]): Field => [
          1,
          [
            [1, id],
            [2, tag],
          ],
        ],
      ),
  };
}

function metadataOf({ name, namespace }: TestPod): Message {
  return [
    [1, name],
    [2, 'uid'],
    [3, namespace],
    [4, 0],
  ];
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}
