import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

let engine: typeof RE2JS | undefined;

/**
 * Compiles a pattern in RE2 syntax. Throws an error with the reason. The engine is loaded on the first call: most
 * configs have no patterns, and its tables take 2 ms and 1 MB.
 */
export function compileRe2(pattern: string): RE2JS {
  engine ??= createRequire(import.meta.filename)('re2js').RE2JS as typeof RE2JS;
  return engine.compile(pattern);
}
