import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { PagePart } from '../exposition/page.ts';

/** What a route is asked. */
export type Request = {
  readonly headers: IncomingHttpHeaders;
  /** The client's address, without a port. */
  readonly client: string;
  /** What stands behind the `?`, decoded. */
  readonly query: URLSearchParams;
  /** Aborted when the client is gone, or too slow to be waited for: what is kept for it is to be let go at once. */
  readonly signal: AbortSignal;
  /**
   * Counts bytes that are kept for clients until they take them; negative when they are let go. Where all clients
   * together keep too many, the slowest are given up before this returns, maybe this one.
   */
  hold(bytes: number): void;
};

export type Answer = {
  /** 200 unless given. */
  readonly status?: number;
  readonly headers: OutgoingHttpHeaders;
  /** Asked for one by one, as they are sent. */
  readonly body: AsyncIterable<PagePart> | Iterable<PagePart>;
  /**
   * The body has no end: each part is sent as it comes, uncompressed, and has the deadline that other answers have as a
   * whole. Such a client is the first to go where memory is scarce, and goes at once when the exporter stops.
   */
  readonly stream?: boolean;
};

export type Handler = (request: Request) => Answer | Promise<Answer>;

/** What a path answers, by method. HEAD has what GET has, without the body. */
export type Route = {
  readonly GET?: Handler;
  readonly POST?: Handler;
  /** Answers also those who have no credentials; must carry no data. */
  readonly open?: boolean;
  /** For browsers: where we listen on a loopback address only, it answers nobody who asks by another host's name. */
  readonly ownHost?: boolean;
};

/** By absolute path, decoded. */
export type Routes = Readonly<Record<string, Route>>;

export const plainText = 'text/plain; charset=utf-8';

/** A body that is there as a whole. */
export function whole(body: string | Buffer): Iterable<PagePart> {
  return [{ bytes: Buffer.from(body), last: true }];
}

/** An answer of one line. */
export function line(status: number, text: string, headers: OutgoingHttpHeaders = {}): Answer {
  return { status, headers: { 'Content-Type': plainText, ...headers }, body: whole(`${text}\n`) };
}
