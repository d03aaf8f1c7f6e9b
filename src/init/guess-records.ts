import type { BtfType } from '../bpf/btf-type.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { DraftLabel, DraftMetric, DraftSpan } from './draft.ts';
import { guessLabels, placedLabels } from './guess-labels.ts';
import type { MapAndUses } from './guess-metrics.ts';
import { counterName, metricName } from './metric-name.ts';
import { spanLabels } from './span-labels.ts';

/** What the records of a ring buffer or a perf event array are; a text says why that is not known. */
export function guessRecords(
  { map, uses, object }: MapAndUses,
  structs: readonly BtfType[],
): { readonly span: DraftSpan } | { readonly metric: DraftMetric } | string {
  const sizes = [...(uses?.recordSizes ?? [])];
  const what = map.type === mapTypes.ringbuf ? 'ring buffer' : 'perf event array';
  if (uses === undefined && map.valueType === undefined) return `a ${what} that no program writes to`;
  const [size] = sizes;
  const name = metricName(object, map.name);
  const records = map.type === mapTypes.ringbuf ? 'ringbuf' : 'perf_event_array';
  const counter = { kind: 'counter', name: counterName(name), map: map.name, records } as const;
  const declared = map.valueType;
  const known = declared?.kind === 'struct' ? declared : undefined;
  const type = known ?? (sizes.length === 1 ? recordType(map.name, size!, structs) : undefined);
  if (type === undefined) {
    const length = size === undefined ? 'of a length that is not fixed' : `of ${sizes.join(' or ')} bytes`;
    const why = `counts the records of a ${what}, ${length}, whose fields the object does not name: add labels with sizes`;
    return { metric: { ...counter, labels: [], why } };
  }
  const fields = placedLabels(type);
  const labels = map.type === mapTypes.ringbuf ? spanLabels(fields) : undefined;
  if (labels !== undefined) {
    return { span: { name: name.replace(/_(spans?|events?|ringbuf|rb)$/, ''), ringbuf: map.name, labels } };
  }
  if (known !== undefined) {
    const { labels: byField } = guessLabels(known);
    const labels = byField.filter(({ name: label }) => !unique.test(label));
    return { metric: { ...counter, labels, why: 'counts records: keep the labels that tell series apart' } };
  }
  const why = `counts records, which seem to be struct ${type.name}: keep the labels that tell series apart`;
  return { metric: { ...counter, labels: withoutUnique(fields), why } };
}

/** Fields that differ from record to record would be a series each. */
const unique =
  /(^|_)(ts|timestamp|time|delta|duration|latency|lat|start|end|pid|tgid|tid|ppid|seq|cookie|ptr)(_ns|_us|_ms)?$/;

/** What is left out becomes padding of the label before it; in the first place nothing can be left out. */
function withoutUnique(fields: readonly DraftLabel[]): DraftLabel[] {
  const kept: DraftLabel[] = [];
  for (const { field: _, ...label } of fields) {
    const before = kept.at(-1);
    if (before === undefined || !unique.test(label.name)) kept.push(label);
    else {
      const { size = 0, padding = 0 } = label;
      kept[kept.length - 1] = { ...before, padding: (before.padding ?? 0) + size + padding };
    }
  }
  return kept;
}

/** The struct of the record's size, of several that whose name is most like the map's. */
function recordType(map: string, size: number, structs: readonly BtfType[]): BtfType | undefined {
  const fitting = structs.filter((type) => type.kind === 'struct' && type.name !== '' && type.size === size);
  const words = wordsOf(map);
  const score = (type: BtfType): number => wordsOf(type.name).filter((word) => words.includes(word)).length;
  const [first, second] = fitting.toSorted((a, b) => score(b) - score(a));
  if (first === undefined) return undefined;
  const isRecord = score(first) > 0 || /(event|record|span|sample|message|msg|data)(_t)?$/.test(first.name);
  return isRecord && (second === undefined || score(first) > score(second)) ? first : undefined;
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split('_')
    .map((word) => word.replace(/s$/, ''));
}
