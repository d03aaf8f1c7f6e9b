import { leavesOf } from '../bpf/btf-path.ts';
import { type BtfType, declaration } from '../bpf/btf-type.ts';
import { mapTypeName } from '../bpf/map-types.ts';
import type { ValuePart } from '../metrics/placed-value.ts';
import type { PlacedMetric } from './check-config.ts';

/** One field or label: what bytes of the key or value it takes. */
type Part = { readonly from: number; readonly to: number; readonly text: string };

/** Where the labels and the value of a metric lie, beside the fields that the object's BTF has there. */
export function layoutLines({ spec, map, layout }: PlacedMetric): string[] {
  const { name, keySize, valueSize, keyType, valueType, maxEntries } = map;
  const { placement, value, slots } = layout;
  const labels = placement.labels.map(({ name, offset, size, decoders }) => {
    const text = [name, ...decoders.map((decoder) => decoder.name)].join(' | ');
    return { from: offset, to: offset + size, text };
  });
  const room = maxEntries > 0 ? `, ${maxEntries} entries` : '';
  const inKey = labels.filter(({ from }) => from < keySize);
  const behind = labels.filter((label) => !inKey.includes(label));
  const read = { from: value.offset, to: value.offset + value.size, text: spec.kind };
  const head = `  ${spec.kind} ${spec.name}: map ${name} (${mapTypeName(map.type)}${room})`;
  if ('keyParts' in layout) {
    const { keyParts, observed, recordBytes } = layout;
    const parts = labels.map(({ from, to, text }) => {
      const moved = placeIn(keyParts, from) - from;
      return { from: from + moved, to: to + moved, text };
    });
    if (observed !== undefined) {
      parts.push({ from: observed.offset, to: observed.offset + observed.size, text: spec.kind });
    }
    return [head, ...table(`records of ${recordBytes} bytes or more`, valueType, parts)];
  }
  return [
    head,
    ...(layout.keyBytes === 0
      ? [`    key 0, of ${keySize} bytes`]
      : table(`key of ${keySize} bytes`, keyType, inKey)),
    ...table(
      `value of ${valueSize} bytes`,
      valueType,
      slots === undefined
        ? [read]
        : slots.buckets.map(({ offset, size }, i) => ({
            from: offset,
            to: offset + size,
            text: `bucket ${i}`,
          })),
    ),
    ...behind.map(({ text }) => `    label ${text}: behind the key`),
  ];
}

/** Where in a record the byte is that stands at `at` when its parts are put one behind the other. */
function placeIn(parts: readonly ValuePart[], at: number): number {
  let before = 0;
  for (const { offset, size } of parts) {
    if (at < before + size) return offset + at - before;
    before += size;
  }
  return at;
}

/** Fields on the left, what is read of them on the right. */
function table(what: string, type: BtfType | undefined, read: readonly Part[]): string[] {
  const fields =
    type === undefined
      ? []
      : leavesOf(type).map((field): Part => {
          const { bitOffset, bitSize } = field;
          const text = declaration(field);
          return { from: Math.floor(bitOffset / 8), to: Math.ceil((bitOffset + bitSize) / 8), text };
        });
  const left = fields.map(({ text }) => text.length);
  const width = Math.min(40, Math.max(0, ...left));
  const rows = fields.map((field) => {
    const covering = read.filter(({ from, to }) => from < field.to && to > field.from);
    const shown = covering
      .slice(0, 3)
      .map((part) =>
        part.from === field.from && part.to === field.to ? part.text : `${part.text} (${bytes(part)})`,
      );
    const more = covering.length > 3 ? [`and ${covering.length - 3} more`] : [];
    return `      ${bytes(field).padEnd(7)} ${field.text.padEnd(width)}  ${[...shown, ...more].join(', ') || '-'}`;
  });
  const alone = fields.length > 0 ? [] : read.map((part) => `      ${bytes(part).padEnd(7)} ${part.text}`);
  return [`    ${what}`, ...rows, ...alone].map((line) => line.trimEnd());
}

/** `0-3`, the first and the last. */
function bytes({ from, to }: Part): string {
  return to - from > 1 ? `${from}-${to - 1}` : `${from}`;
}
