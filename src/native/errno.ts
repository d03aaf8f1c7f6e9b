import { constants } from 'node:os';
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';

/** The kernel's own "not supported", which user space headers do not have (include/linux/errno.h). */
export const ENOTSUPP = 524;

/** Where Node.js has no name, or words that fit sockets only. */
const ownWords: Partial<Record<number, string>> = {
  [ENOTSUPP]: 'ENOTSUPP (operation not supported by the kernel)',
  [constants.errno.EOPNOTSUPP]: 'EOPNOTSUPP (operation not supported)',
};

/** `ENOENT (no such file or directory)`, for messages. Takes the positive number. */
export function describeErrno(errno: number): string {
  const own = ownWords[errno];
  if (own !== undefined) return own;
  if (errno >= 4000) return `libbpf error ${errno}`; // enum libbpf_errno (bpf/libbpf.h)
  const name = errno > 0 ? getSystemErrorName(-errno) : '';
  return /^E/.test(name) ? `${name} (${getSystemErrorMessage(-errno)})` : `errno ${errno}`;
}
