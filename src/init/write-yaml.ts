import type { Draft, DraftDecoder, DraftLabel, DraftMetric, DraftSpan } from './draft.ts';
import { helpOf } from './metric-name.ts';

/** A draft as the text of a configuration file. `object`: the name of the file that it was made from. */
export function writeYaml(object: string, draft: Draft): string {
  const { metrics, spans, kaddrs, cgroupIdMap, variables, left } = draft;
  const lists = (['counter', 'gauge', 'histogram'] as const).flatMap((kind) => {
    const ofKind = metrics.filter((metric) => metric.kind === kind);
    return ofKind.length === 0 ? [] : [`${kind}s:`, ...indent(ofKind.flatMap(metricLines))];
  });
  return [
    `# Written by ebpf_exporter init from ${object}. Help texts are made of names; other guesses are marked.`,
    ...(lists.length > 0 ? ['metrics:', ...indent(lists)] : []),
    ...(spans.length > 0 ? ['tracing:', '  spans:', ...indent(indent(spans.flatMap(spanLines)))] : []),
    ...(kaddrs.length > 0 ? ['kaddrs:', ...kaddrs.map((symbol) => `  - ${symbol}`)] : []),
    ...(cgroupIdMap === undefined ? [] : cgroupLines(cgroupIdMap)),
    ...(variables.length > 0
      ? [
          '# The program lets these be set; without it they are what its source says:',
          '# variables:',
          ...variables.map(({ name, value }) => `#   ${name}: ${value}`),
        ]
      : []),
    ...(left.length > 0 ? ['# Not shown:', ...left.map(({ name, why }) => `#   ${name}: ${why}`)] : []),
    '',
  ].join('\n');
}

function metricLines(metric: DraftMetric): string[] {
  const { name, map, records, value, sum, aggregate, buckets, labels, why } = metric;
  const of = labels.map((label) => label.name).filter((label) => label !== 'bucket');
  return item([
    ...(why === undefined ? [] : [`# guess: ${why}`]),
    `name: ${name}`,
    `help: ${text(helpOf(name, of))}`,
    ...(records === 'perf_event_array' ? ['perf_event_array: true'] : []),
    ...(records === 'ringbuf' ? [`ringbuf: ${map}`] : map === name ? [] : [`map: ${map}`]),
    ...(value === undefined ? [] : [`value: ${value}`]),
    ...(sum === undefined ? [] : [`sum: ${sum}`]),
    ...(aggregate === undefined ? [] : [`aggregate: ${aggregate}`]),
    ...(buckets === undefined
      ? []
      : [
          `bucket_type: ${buckets.type} # guess: from the code`,
          'bucket_min: 0',
          `bucket_max: ${buckets.max} # guess: ${buckets.why}`,
          ...(buckets.multiplier === 1 ? [] : [multiplierLine(buckets)]),
        ]),
    ...labelLines(labels),
  ]);
}

function multiplierLine({ multiplier, unit }: NonNullable<DraftMetric['buckets']>): string {
  const why = unit === undefined ? 'the width of a bucket, by a division in the code' : `${unit} to seconds`;
  return `bucket_multiplier: ${decimal(multiplier)} # guess: ${why}`;
}

/** `0.000001`, not `1e-6`. */
function decimal(number: number): string {
  return number < 1 ? number.toFixed(12).replace(/0+$/, '') : String(number);
}

function spanLines({ name, ringbuf, labels }: DraftSpan): string[] {
  return item([`name: ${name}`, `ringbuf: ${ringbuf}`, ...labelLines(labels)]);
}

function labelLines(labels: readonly DraftLabel[]): string[] {
  return labels.length === 0 ? [] : ['labels:', ...indent(labels.flatMap(labelItem))];
}

function labelItem({ name, field, size, padding = 0, decoders, why }: DraftLabel): string[] {
  const guess = why === undefined ? '' : ` # guess: ${why}`;
  const isShort = decoders.every(({ names }) => names === undefined);
  const list = `[${decoders.map((decoder) => decoder.name).join(', ')}]`;
  return item([
    `name: ${name}${decoders.length === 0 ? guess : ''}`,
    ...(size === undefined
      ? field === undefined
        ? []
        : [`field: ${field}`]
      : [`size: ${size}`, ...(padding === 0 ? [] : [`padding: ${padding}`])]),
    ...(decoders.length === 0
      ? []
      : isShort
        ? [`decoders: ${list}${guess}`]
        : [`decoders:${guess}`, ...indent(decoders.flatMap(decoderLines))]),
  ]);
}

function decoderLines({ name, names }: DraftDecoder): string[] {
  if (names === undefined) return [`- ${name}`];
  return item([
    `name: ${name}`,
    'allow_unknown: true',
    'static_map:',
    ...names.map(([key, value]) => `  ${key}: ${text(value)}`),
  ]);
}

function cgroupLines({ name, type }: NonNullable<Draft['cgroupIdMap']>): string[] {
  return [
    'cgroup_id_map: # guess: programs only read this map, and its name is about cgroups',
    `  name: ${name}`,
    `  type: ${type}`,
    '  regexps:',
    '    - .* # all cgroups',
  ];
}

/** One item of a list; comments before its first key stay before it. */
function item(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !line.startsWith('#'));
  return lines.map((line, i) => (i < first ? line : i === first ? `- ${line}` : `  ${line}`));
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** YAML reads some plain texts as something else. */
function text(value: string): string {
  return /^[A-Za-z][\w ,.()/-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
