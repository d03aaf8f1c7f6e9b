import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { capabilitiesOf, capabilityNames } from '../process/capabilities.ts';
import type { Status } from './live.ts';

/** What this process may do, by `/proc/self/status`. */
export function privilegesLeft(): Status['privileges'] {
  const status = readFileSync('/proc/self/status', 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)$`, 'm').exec(status)?.[1] ?? '0';
  return {
    user: userName(),
    capabilities: capabilityNames(capabilitiesOf(status).effective),
    noNewPrivileges: field('NoNewPrivs') === '1',
    systemCallFilter: field('Seccomp') === '2', // SECCOMP_MODE_FILTER
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.geteuid?.()); // no user has it
  }
}
