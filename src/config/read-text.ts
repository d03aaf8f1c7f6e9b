import { isUtf8 } from 'node:buffer';
import { readFileSync, type Stats, statSync } from 'node:fs';
import { ExporterError } from '../errors.ts';
import { maxYamlBytes } from './yaml-document.ts';

/**
 * Reads a YAML file as text. Throws `usage` with the reason, what is needed included, for what is no text or would
 * not end; errors of the file system as they are. Opens nothing that could wait for another process.
 */
export function readText(file: string): string {
  const stats = statSync(file);
  if (!stats.isFile()) throw refusal(`${kindOf(stats)}, not a file; a regular file is needed`);
  if (stats.size > maxYamlBytes) {
    throw refusal(`${stats.size} bytes; a file of ${maxYamlBytes} bytes or fewer is needed`);
  }
  const bytes = readFileSync(file);
  if (isUtf16(bytes)) throw refusal('UTF-16; UTF-8 is needed, which iconv -f UTF-16 -t UTF-8 makes of it');
  if (!isUtf8(bytes)) throw refusal('not valid UTF-8; text is needed');
  return bytes.toString();
}

/** With its mark, or without one by the zero that is half of every ASCII character. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  const mark = bytes.length > 1 ? bytes.readUInt16BE() : 0;
  return mark === 0xfeff || mark === 0xfffe || (bytes.length > 1 && (first === 0) !== (second === 0));
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function refusal(message: string): ExporterError {
  return new ExporterError('usage', message);
}
