import type { DraftDecoder, DraftLabel } from './draft.ts';

const hex: readonly DraftDecoder[] = [{ name: 'hex' }];

/** The labels of a record that is a span, by the names that spans have for their parts; undefined when it is none. */
export function spanLabels(fields: readonly DraftLabel[]): readonly DraftLabel[] | undefined {
  const labels = joinIds(fields).map((label): DraftLabel => {
    const path = label.field ?? label.name;
    const name = nameOf(path, label);
    return idSizes[name] === label.size
      ? { ...label, name, decoders: hex, why: undefined }
      : { ...label, name };
  });
  const isSpan = labels.some(({ name, size }) => idSizes[name] === size);
  return isSpan ? labels : undefined;
}

/** Bytes of what names a span. */
const idSizes: Readonly<Record<string, number>> = { trace_id: 16, parent_span_id: 8, span_id: 8 };

/** An id of 16 bytes stands in two numbers, the higher first. */
function joinIds(fields: readonly DraftLabel[]): DraftLabel[] {
  return fields.flatMap((label, i): DraftLabel[] => {
    const path = label.field ?? '';
    const next = fields[i + 1];
    if (/trace_id_lo(w)?$/.test(path) && /trace_id_hi(gh)?$/.test(fields[i - 1]?.field ?? '')) return [];
    if (!/trace_id_hi(gh)?$/.test(path) || !/trace_id_lo(w)?$/.test(next?.field ?? '')) return [label];
    return [{ ...label, field: path.replace(/_hi(gh)?$/, ''), size: 16, padding: next?.padding }];
  });
}

function nameOf(path: string, { name, size, decoders }: DraftLabel): string {
  if (/trace_id$/.test(path)) return 'trace_id';
  if (/(^|[._])parent([._]\w+)*[._]?(span_)?id$/.test(path)) return 'parent_span_id';
  if (/(^|[._])span_id$/.test(path)) return 'span_id';
  if (size === 8 && /(^|[._])(start|timestamp|ts|span_monotonic_timestamp)(_ns)?$/.test(path)) {
    return 'span_monotonic_timestamp_ns';
  }
  if (size === 8 && /(^|[._])(span_)?(duration|latency|delta)(_ns)?$/.test(path)) return 'span_duration_ns';
  if (/(^|[._])(span_)?name$/.test(path) && decoders[0]?.name === 'string') return 'span_name';
  return name;
}
