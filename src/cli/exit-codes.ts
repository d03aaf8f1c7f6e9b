import type { ErrorCode } from '../errors.ts';

/** How the process ends. */
export const exitCodes = {
  /** Stopped by a signal, or a check passed. */
  ok: 0,
  /** Wrong flags or configs, or a check failed. */
  usage: 1,
  /** What was asked for is not in the kernel. */
  load: 2,
  /** Nobody can reach us. */
  listen: 3,
} as const;

const loadErrors: readonly ErrorCode[] = [
  'object_open',
  'object_load',
  'program_attach',
  'map_missing',
  'map_layout',
  'map_read',
  'symbol_unknown',
  'not_supported',
];

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'listen') return exitCodes.listen;
  return loadErrors.includes(code) ? exitCodes.load : exitCodes.usage;
}
