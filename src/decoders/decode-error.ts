import { ExporterError } from '../errors.ts';

/** The error of an input that a decoder cannot take. */
export function decodeError(message: string): ExporterError {
  return new ExporterError('decode', message);
}

export function requireSize(decoder: string, input: Buffer, size: number): void {
  if (input.length !== size) throw decodeError(`${decoder} needs ${size} bytes, got ${input.length}`);
}
