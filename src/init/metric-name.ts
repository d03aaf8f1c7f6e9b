import { unitOf } from '../units/unit-of.ts';

/** Names of maps that say nothing: the object's name says it. */
const general =
  /^(counts?|counters?|stats?|hists?|histograms?|dists?|data|output|results?|values?|maps?|infos?|events?|latency|latencies|buckets|slots|my_?map)$/i;

/** The name of a metric: the map's where it says enough, with the object's name before it where it does not. */
export function metricName(object: string, ...parts: readonly string[]): string {
  const [map = ''] = parts;
  const words = [...(general.test(map) ? [object] : []), ...parts].join('_');
  return words
    .replace(/\W+/g, '_')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/^_+|_+$/g, '')
    .replace(/_+/g, '_');
}

/** Names of counters end in `_total`, behind their unit. */
export function counterName(name: string): string {
  return name.endsWith('_total')
    ? name
    : `${name.replace(/_(count|cnt|counts|counter|counters)$/, '')}_total`;
}

/** Whether a metric is measured in seconds, or parts of them, as its name says. */
export function isTime(name: string): boolean {
  return unitOf(name).symbol === 's';
}

/** How many of the name's unit are a second. */
export function unitFactor(name: string): number {
  return 1 / unitOf(name).factor;
}

/** Words that are not written as they are said. */
const written: ReadonlyMap<string, string> = new Map(
  [
    ...[
      'TCP',
      'UDP',
      'DNS',
      'IP',
      'IPv4',
      'IPv6',
      'ICMP',
      'CPU',
      'IRQ',
      'BPF',
      'TLS',
      'LLC',
      'XDP',
      'USDT',
      'VFS',
    ],
    ...[
      'RCU',
      'NFS',
      'SKB',
      'JIT',
      'OOM',
      'PCI',
      'TTL',
      'RTT',
      'SYN',
      'NUMA',
      'HTTP',
      'SQL',
      'GC',
      'TLB',
      'IO',
      'ICMPv4',
      'ICMPv6',
    ],
  ].map((word) => [word.toLowerCase(), word] as const),
);

/** A first help text: the words of the name without its unit, and those of the labels. */
export function helpOf(name: string, labels: readonly string[]): string {
  const stem = name.replace(
    /(_total|_seconds|_microseconds|_milliseconds|_nanoseconds|(?<=_size)_bytes)+$/,
    '',
  );
  const words = stem.split('_').map((word) => written.get(word.replace(/^icmp(?=[46]$)/, 'icmpv')) ?? word);
  const sentence = words.join(' ');
  const by = labels.map((label) => label.replaceAll('_', ' '));
  const list = by.length > 1 ? `${by.slice(0, -1).join(', ')} and ${by.at(-1)}` : by[0];
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${list === undefined ? '' : `, by ${list}`}`;
}
