import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';

/** What a server answers instead of a message: https://grpc.io/docs/guides/status-codes/ */
export class GrpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(`gRPC status ${code}${message === '' ? '' : `: ${message}`}`);
    this.code = code;
  }
}

export const grpcUnimplemented = 12;

const callMs = 10_000;
/** Of the list of a node's containers; far above any. */
const longestMessage = 64 * 2 ** 20;

/** A gRPC connection to a socket of this machine. Does not keep the process alive. */
export class GrpcConnection {
  readonly #session: ClientHttp2Session;
  #failure: Error | undefined;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
    session.on('error', (error) => {
      this.#failure = error;
    });
    session.unref();
  }

  static open(path: string): GrpcConnection {
    // Loaded when it is first needed.
    const http2 = process.getBuiltinModule('node:http2');
    const session = http2.connect('http://localhost', { createConnection: () => connect(path).unref() });
    return new GrpcConnection(session);
  }

  /** One answer to one message. Throws `GrpcError`, or what is wrong with the connection. */
  async call(method: string, message: Buffer): Promise<Buffer> {
    let answer: Buffer = Buffer.alloc(0);
    const request = this.#request(method, message);
    request.setTimeout(callMs, () => request.destroy(new Error(`${method} took longer than ${callMs} ms`)));
    await this.#messages(request, (bytes) => {
      answer = bytes;
    });
    return answer;
  }

  /** Takes messages until the server ends it. Throws as `call` does. */
  async stream(method: string, message: Buffer, take: (message: Buffer) => void): Promise<void> {
    await this.#messages(this.#request(method, message), take);
  }

  /** Can be called twice. */
  close(): void {
    this.#session.destroy();
  }

  #request(method: string, message: Buffer): ClientHttp2Stream {
    const request = this.#session.request({
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    request.end(Buffer.concat([frame, message]));
    return request;
  }

  #messages(request: ClientHttp2Stream, take: (message: Buffer) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      let status: { code: number; message: string } | undefined;
      const readStatus = (headers: Record<string, unknown>): void => {
        if (headers['grpc-status'] === undefined) return;
        status = { code: Number(headers['grpc-status']), message: String(headers['grpc-message'] ?? '') };
      };
      let pending: Buffer = Buffer.alloc(0);
      request.on('response', readStatus); // where there is nothing but a status
      request.on('trailers', readStatus);
      request.on('data', (chunk: Buffer) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        try {
          pending = takeFrames(pending, take);
        } catch (error) {
          request.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
      request.on('error', reject);
      request.on('close', () => {
        if (status?.code === 0) resolve();
        else if (status !== undefined) reject(new GrpcError(status.code, status.message));
        else reject(this.#failure ?? new Error('the connection was closed'));
      });
    });
  }
}

/** Gives the whole messages of what was received; the rest comes back. Each has a flag and its length in front. */
function takeFrames(bytes: Buffer, take: (message: Buffer) => void): Buffer {
  let at = 0;
  while (bytes.length - at >= 5) {
    const size = bytes.readUInt32BE(at + 1);
    if (bytes[at] !== 0) throw new Error('a message is compressed, which nobody asked for');
    if (size > longestMessage) throw new Error(`a message of ${size} bytes is longer than ${longestMessage}`);
    if (bytes.length - at - 5 < size) break;
    take(bytes.subarray(at + 5, at + 5 + size));
    at += 5 + size;
  }
  return Buffer.from(bytes.subarray(at));
}
