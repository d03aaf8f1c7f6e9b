import { ExporterError, messageOf } from '../errors.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';

/** What to do about an address that cannot be listened on, by the error's code. */
const advice: Readonly<Record<string, (address: ListenAddress) => string>> = {
  EADDRINUSE: () => 'another program listens there: stop it or give --web.listen-address',
  EADDRNOTAVAIL: ({ host, port }) =>
    `no interface of this machine has ${host}: "ip address" lists what they have, and :${port} is all of them`,
  EACCES: ({ port }) =>
    port < 1024
      ? `ports below 1024 need CAP_NET_BIND_SERVICE (AmbientCapabilities=CAP_NET_BIND_SERVICE in a unit of systemd), or take another: :9435`
      : 'a policy of this machine forbids it',
  ENOTFOUND: ({ host }) => `no address is known for "${host}": write the address itself`,
  EAI_AGAIN: ({ host }) => `nobody answers what the address of "${host}" is: write the address itself`,
  EAFNOSUPPORT: ({ port }) =>
    `this machine has no addresses of that kind: an IPv4 address, such as 0.0.0.0:${port}, is needed`,
  EMFILE: () => 'too many files are open: raise the limit (LimitNOFILE=, ulimit -n)',
  ENFILE: () => 'too many files are open on the whole machine: raise fs.file-max',
};

/** The error of listen(2), or of looking up the host's address: the address, the reason and what to do. */
export function listenError(address: ListenAddress, cause: NodeJS.ErrnoException): ExporterError {
  const { code = '' } = cause;
  const todo = Object.hasOwn(advice, code) ? `; ${advice[code]!(address)}` : '';
  const reason = code === '' ? messageOf(cause) : code;
  return new ExporterError('listen', `Cannot listen on ${formatListenAddress(address)}: ${reason}${todo}`, {
    cause,
  });
}
