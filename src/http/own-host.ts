import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { type Answer, line } from './answer.ts';

/**
 * What to answer a request that came to a loopback address by the name of another host; undefined lets it through. A
 * page of any site may have its name resolve to 127.0.0.1, and would then read what is served here as its own (DNS
 * rebinding); only the Host header tells. Browsers always send one.
 */
export function refuseOtherHosts(
  listening: AddressInfo | undefined,
  host: string | undefined,
): Answer | undefined {
  if (listening === undefined || !isLoopback(listening.address) || host === undefined) return undefined;
  const name = host.replace(/:\d*$/, '').toLowerCase();
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || isLoopback(bare)) return undefined;
  return line(
    421,
    `This exporter listens on ${listening.address} only: ask it as localhost, 127.0.0.1 or [::1]`,
  );
}

function isLoopback(address: string): boolean {
  if (isIP(address) === 4) return address.startsWith('127.');
  return address === '::1' || /^::ffff:127\./.test(address);
}
