import type { Flags } from '../flags.ts';
import { formatListenAddress, parseListenAddress } from '../http/listen-address.ts';
import { listenError } from '../http/listen-error.ts';
import type { HttpServer } from '../http/server.ts';
import type { Native } from '../native/library.ts';
import { openListenSocket } from '../process/listen-socket.ts';
import { passedSocket } from '../process/passed-sockets.ts';

/** Where clients are to come: with the port that is free, where 0 was asked for. */
export function whereOf(flags: Flags, { address: { port } }: HttpServer): string {
  const { listenAddress: text } = flags;
  return passedIndex(flags) === undefined ? formatListenAddress({ ...parseListenAddress(text), port }) : text;
}

/** N of `fd://N`. */
export function passedIndex({ listenAddress }: Flags): number | undefined {
  const [, index] = /^fd:\/\/(\d+)$/.exec(listenAddress) ?? [];
  return index === undefined ? undefined : Number(index);
}

/** The socket that clients will come to. Throws `listen`. */
export async function openSocket(native: Native, flags: Flags): Promise<number> {
  const index = passedIndex(flags);
  if (index !== undefined) return passedSocket(index);
  const address = parseListenAddress(flags.listenAddress);
  try {
    return await openListenSocket(native, address);
  } catch (cause) {
    throw listenError(address, cause as NodeJS.ErrnoException);
  }
}
