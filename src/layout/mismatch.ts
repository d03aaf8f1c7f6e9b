import { leavesOf } from '../bpf/btf-path.ts';
import { type BtfField, type BtfType, declaration } from '../bpf/btf-type.ts';
import type { LabelSpec } from '../config/spec.ts';

/** The lines that show a key's fields beside the labels that do not fit them. */
export function keyMismatch(key: BtfType | undefined, labels: readonly LabelSpec[]): string[] {
  return [...fieldLines('key', key), ...labelLines(labels)];
}

/** The fields of a key or value. */
export function fieldLines(what: 'key' | 'value' | 'record', type: BtfType | undefined): string[] {
  if (type === undefined) return [];
  return [
    `  the ${what}, as the object describes it:`,
    ...leavesOf(type).map((field) => `    ${bytesOf(field)}  ${declaration(field)}`),
  ];
}

function labelLines(labels: readonly LabelSpec[]): string[] {
  let offset = 0;
  const lines = labels.map(({ name, size, padding }) => {
    const line = `    ${span(offset, size)}  ${name}${padding > 0 ? ` (then ${padding} of padding)` : ''}`;
    offset += size + padding;
    return line;
  });
  return lines.length === 0 ? [] : ['  the labels:', ...lines];
}

/** The bytes that a field touches. */
function bytesOf({ bitOffset, bitSize }: BtfField): string {
  const offset = Math.floor(bitOffset / 8);
  return span(offset, Math.ceil((bitOffset + bitSize) / 8) - offset);
}

function span(offset: number, size: number): string {
  return `at ${String(offset).padStart(3)}, ${String(size).padStart(3)} bytes`;
}
