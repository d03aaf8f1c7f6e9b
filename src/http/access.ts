import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket, TlsOptions } from 'node:tls';
import type { Answer } from './answer.ts';

/** Who may connect and ask, and by which means: what a web configuration says, followed as it changes. */
export type Access = {
  /** Called for each connection, before anything else here is looked at. */
  refresh(): void;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: plain HTTP. Another object when anything of it changed. */
  readonly secure: Secure | undefined;
  /** An answer in place of that of a route; undefined lets the request through. */
  refuse(headers: IncomingHttpHeaders): Promise<Answer | undefined>;
  close(): void;
};

export type Secure = {
  readonly options: TlsOptions;
  readonly http2: boolean;
  /** Why a client's connection is to be closed; undefined when it may stay. */
  refusalOf(socket: TLSSocket): string | undefined;
};
