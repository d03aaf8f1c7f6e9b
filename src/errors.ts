/** What went wrong, for programs that read our errors. A code never changes its meaning; docs/errors.md explains each. */
export const errorCodes = [
  'usage',
  'config',
  'object_open',
  'object_load',
  'program_attach',
  'map_missing',
  'map_layout',
  'map_read',
  'symbol_unknown',
  'variable',
  'cgroup_id_map',
  'decode',
  'listen',
  'privileges',
  'reload',
  'not_supported',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * The base of every error this program makes on purpose.
 * The message says what could not be done, to what, the present state and what is needed; `cause` is kept.
 */
export class ExporterError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExporterError';
    this.code = code;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
