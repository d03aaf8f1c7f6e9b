import { ExporterError } from '../errors.ts';

export type ListenAddress = { readonly host: string | undefined; readonly port: number };

/**
 * `host:port`, `:port` (all addresses) or `[v6]:port`. Throws `usage` for anything else, and `not_supported` for
 * `fd://N`, the sockets that systemd passes.
 */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('fd://')) {
    throw new ExporterError(
      'not_supported',
      `--web.listen-address ${text}: sockets of systemd are not supported yet`,
    );
  }
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:/[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) {
    throw new ExporterError(
      'usage',
      `--web.listen-address "${text}" is not an address; host:port, :port or [v6]:port is needed`,
    );
  }
  if (match[2] === '*') {
    throw new ExporterError(
      'usage',
      `--web.listen-address "${text}": "*" is no host; for all addresses :${port} is needed`,
    );
  }
  return { host: match[1] ?? (match[2] || undefined), port };
}

/** As `parseListenAddress` reads it. */
export function formatListenAddress({ host = '', port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
