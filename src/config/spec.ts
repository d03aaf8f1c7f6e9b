/** What one configuration file says, checked, with every default filled in. Frozen: nothing changes it after parsing. */
export type Config = {
  readonly name: string;
  /** Path of the YAML file, as it appears in messages. */
  readonly file: string;
  readonly counters: readonly CounterSpec[];
  readonly histograms: readonly HistogramSpec[];
  readonly spans: readonly SpanSpec[];
  /** Kernel symbols whose addresses are written to `kaddr_SYMBOL` before load. */
  readonly kaddrs: readonly string[];
  readonly cgroupIdMap: CgroupIdMapSpec | undefined;
};

export type CounterSpec = {
  readonly kind: 'counter';
  /** Name of the BPF map, and of the metric without its `ebpf_exporter_` prefix. */
  readonly name: string;
  readonly help: string;
  readonly perfEventArray: boolean;
  readonly flushIntervalMs: number;
  readonly labels: readonly LabelSpec[];
};

export type HistogramSpec = {
  readonly kind: 'histogram';
  readonly name: string;
  readonly help: string;
  readonly bucketType: BucketType;
  readonly bucketMin: number;
  readonly bucketMax: number;
  readonly bucketMultiplier: number;
  readonly bucketKeys: readonly number[];
  /** At least one; the last is the bucket. */
  readonly labels: readonly LabelSpec[];
};

export const bucketTypes = ['exp2', 'exp2zero', 'linear', 'fixed'] as const;
export type BucketType = (typeof bucketTypes)[number];

export type SpanSpec = {
  readonly name: string;
  readonly ringbuf: string;
  readonly service: string;
  readonly labels: readonly LabelSpec[];
};

export type LabelSpec = {
  readonly name: string;
  /** Bytes this label reads from the key. */
  readonly size: number;
  /** Bytes skipped after it. */
  readonly padding: number;
  readonly decoders: readonly DecoderSpec[];
};

export const decoderNames = [
  'cgroup',
  'dname',
  'errno',
  'hex',
  'ifname',
  'inet_ip',
  'kstack',
  'ksym',
  'majorminor',
  'pci_class',
  'pci_device',
  'pci_subclass',
  'pci_vendor',
  'regexp',
  'static_map',
  'string',
  'syscall',
  'uint',
] as const;
export type DecoderName = (typeof decoderNames)[number];

export type DecoderSpec = {
  readonly name: DecoderName;
  /** Undefined when the file has no `static_map` at all. */
  readonly staticMap: ReadonlyMap<string, string> | undefined;
  readonly allowUnknown: boolean;
  /** RE2 patterns, already known to compile. */
  readonly regexps: readonly string[];
};

export type CgroupIdMapSpec = {
  readonly name: string;
  readonly type: 'hash' | 'cgrp_storage';
  readonly regexps: readonly string[];
};
