import { ExporterError } from '../errors.ts';

/** What is wrong with an object file, and what is needed; whoever knows the file's name puts it in front. */
export function fault(
  what: string,
  needed = 'compile it again, with clang -g -O2 -target bpf',
): ExporterError {
  return new ExporterError('object_open', `${what}. What to do: ${needed}`);
}

/** A name out of a file: what is not printable or too long to read is left out. */
export function shown(name: string): string {
  const printable = name.replaceAll(/[^ -~]/g, '?');
  return JSON.stringify(printable.length > 80 ? `${printable.slice(0, 77)}...` : printable);
}
