/** What one configuration file says, checked, with every default filled in. Frozen: nothing changes it after parsing. */
export type Config = {
  readonly name: string;
  /** Path of the YAML file, as it appears in messages. */
  readonly file: string;
  /** Counters before histograms. */
  readonly metrics: readonly MetricSpec[];
  readonly spans: readonly SpanSpec[];
  /** Kernel symbols whose addresses are written to `kaddr_SYMBOL` before load. */
  readonly kaddrs: readonly string[];
  readonly cgroupIdMap: CgroupIdMapSpec | undefined;
  /** By the names of maps. */
  readonly maps: ReadonlyMap<string, MapSettings>;
  /** Values of global variables, written before load; their types are the object's to say. */
  readonly variables: ReadonlyMap<string, VariableText>;
};

export type MapSettings = {
  /** Of a ring buffer: bytes. */
  readonly maxEntries: number | undefined;
  /** Of a perf event array: memory pages for each CPU. */
  readonly pages: number | undefined;
  /** Of a hash: label sets in which nothing changed for so long are deleted. */
  readonly expireAfterMs: number | undefined;
};

/** One text, or one for each element of an array. */
export type VariableText = string | readonly string[];

/** What becomes a metric family, and of what. Each kind has its entry in both tables of metric kinds. */
export type MetricSpec = CounterSpec | GaugeSpec | HistogramSpec;

type CommonSpec = {
  /** Name of the metric without its `ebpf_exporter_` prefix. */
  readonly name: string;
  readonly help: string;
  /** Name of the BPF map that is read. */
  readonly map: string;
  /** Undefined: the entries of the map are read. Otherwise records arrive through it, and equal ones are counted. */
  readonly records: RecordsSpec | undefined;
  /** The part of the map's value that is read, as C names it (`sent.bytes`, `counts[3]`); undefined: all of it. */
  readonly value: string | undefined;
  /** How many label sets are series of their own; 0: all. Further ones are one series. */
  readonly maxSeries: number;
  /** All of them say their size, or none does. */
  readonly labels: readonly MetricLabelSpec[];
};

export type MetricLabelSpec = LabelSpec | FieldLabelSpec;

/** A label whose bytes, and decoders where it has none, are those of a field of the key. */
export type FieldLabelSpec = {
  readonly name: string;
  readonly size?: never;
  /** As C names it in the key; undefined: the field with the label's name. */
  readonly field: string | undefined;
  readonly decoders: readonly DecoderSpec[];
};

export type RecordsSpec = {
  readonly from: 'perf_event_array' | 'ringbuf';
  /** How often the counts are cleared. Undefined: never. */
  readonly flushIntervalMs: number | undefined;
  /** How many different keys are counted apart. */
  readonly maxKeys: number;
  /** What a record begins with, one after the other: the labels, and the value where it is none. Undefined: see BTF. */
  readonly fields: readonly LabelSpec[] | undefined;
};

export type CounterSpec = CommonSpec & {
  readonly kind: 'counter';
  /** Factor of every value. */
  readonly multiplier: number;
};

export const aggregates = ['sum', 'max', 'min', 'avg'] as const;
export type Aggregate = (typeof aggregates)[number];

export type GaugeSpec = CommonSpec & {
  readonly kind: 'gauge';
  readonly multiplier: number;
  /** How the values of CPUs, and of keys with equal labels, become one. */
  readonly aggregate: Aggregate;
  /** Undefined: what is in the map now. */
  readonly window: WindowSpec | undefined;
};

/** How the values of some time become one. */
export const windowTakes = ['max', 'min', 'sum'] as const;
export type WindowTake = (typeof windowTakes)[number];
export type WindowSpec = { readonly everyMs: number; readonly take: WindowTake };

/** `labels`: the last is the bucket, unless `value` is an array of buckets, or a field of records. */
export type HistogramSpec = CommonSpec & {
  readonly kind: 'histogram';
  /** The field of the value that is the sum, beside an array of buckets; undefined: the element behind the last bucket. */
  readonly sum: string | undefined;
  readonly bucketType: BucketType;
  readonly bucketMin: number;
  readonly bucketMax: number;
  readonly bucketMultiplier: number;
  readonly bucketKeys: readonly number[];
  /** `bounds`: upper bounds in the unit of the metric. */
  readonly buckets: readonly number[];
};

export const bucketTypes = ['exp2', 'exp2zero', 'linear', 'fixed'] as const;
export type BucketType = (typeof bucketTypes)[number] | 'bounds';

export type SpanSpec = {
  readonly name: string;
  readonly ringbuf: string;
  readonly service: string;
  readonly labels: readonly SpanLabelSpec[];
};

/** The types that an attribute of a span may have. */
export const attributeTypes = ['string', 'int', 'double', 'bool'] as const;
/** `type`: of the attribute that a label becomes; a string when absent. */
export type SpanLabelSpec = LabelSpec & { readonly type?: (typeof attributeTypes)[number] | undefined };

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
  'container',
  'dname',
  'errno',
  'hex',
  'ifname',
  'inet_ip',
  'int',
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
  /** cgroup: whose ids these are; absent: those that programs get. */
  readonly hierarchy?: string | undefined;
  /** cgroup: all ids without a name have one label value. */
  readonly mergeUnknown?: boolean;
  /** container: what to say of it. */
  readonly field?: ContainerField | undefined;
};

/** What the container runtime knows of a container. */
export const runtimeFields = ['pod', 'namespace', 'container', 'image'] as const;
/** Besides what is in a cgroup's path. */
export const containerFields = ['pod_uid', 'container_id', 'qos', 'runtime', ...runtimeFields] as const;
export type ContainerField = (typeof containerFields)[number];

export type CgroupIdMapSpec = {
  readonly name: string;
  readonly type: 'hash' | 'cgrp_storage';
  readonly regexps: readonly string[];
};
