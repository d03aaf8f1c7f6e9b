import type { Live, MetricSummary, MetricView, SeriesView, Status } from '../../../src/live/live.ts';
import { madeHistogram } from './made-histogram.ts';

/** Of a label: what a browser must not take for anything but text. */
export const hostile = `<script>document.title='taken over'</script><img src=x onerror="alert(1)">"'\`\n\ttail`;
export const longLabel = `${hostile}${'x'.repeat(4096 - hostile.length)}`;

const step = 5;

/** Repeatable numbers between 0 and 1. */
export function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

/** Every `step` seconds up to `time`. */
function timesUntil(time: number, seconds: number): number[] {
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => time - seconds + index * step);
}

type Made = {
  summary: Omit<MetricSummary, 'now' | 'recent' | 'moved'>;
  moved: number;
  base: number;
  labelSets: Record<string, string>[];
};

const devices = ['nvme0n1', 'nvme1n1', 'sda', 'sdb', 'dm-0'];
const names = [
  'tcp_sendmsg',
  'ext4_file_write_iter',
  'vfs_read',
  'do_sys_openat2',
  'ksys_write',
  'schedule',
  'futex_wait_queue',
  'net_rx_action',
];

function metric(
  config: string,
  name: string,
  kind: MetricSummary['kind'],
  help: string,
  labelSets: Record<string, string>[],
  more: { moved: number; base: number } & Partial<MetricSummary>,
): Made {
  const { moved, base, ...rest } = more;
  return {
    summary: {
      config,
      name,
      exportedName: `ebpf_exporter_${name}`,
      kind,
      help,
      unit: 'none',
      labels: Object.keys(labelSets[0] ?? {}),
      series: labelSets.length,
      ...rest,
    },
    moved,
    base,
    labelSets,
  };
}

const made: readonly Made[] = [
  metric(
    'biolatency',
    'bio_latency_seconds',
    'histogram',
    'Block IO latency, from the queue to its end',
    devices.flatMap((device) => ['read', 'write'].map((operation) => ({ device, operation }))),
    { moved: 4.2, base: 120 },
  ),
  metric(
    'tcp-retransmit',
    'tcp_retransmits_total',
    'counter',
    'Segments that TCP sent again, by state and peer',
    Array.from({ length: 40 }, (_, i) => ({
      state: i % 3 === 0 ? 'SYN_SENT' : 'ESTABLISHED',
      peer: `10.1.${i % 7}.${i * 3}`,
    })),
    { moved: 9.8, base: 3 },
  ),
  metric(
    'socket-bytes',
    'socket_bytes_total',
    'counter',
    'Bytes sent by a process',
    ['postgres', 'nginx', 'envoy', 'node', 'sshd', 'kubelet'].map((comm) => ({ comm })),
    { moved: 0.7, base: 2.4e6 },
  ),
  metric(
    'kstack',
    'sleep_stacks_total',
    'counter',
    'Stacks that wait for a lock',
    names.map((kstack) => ({ kstack })),
    { moved: 0.3, base: 20, stackLabel: 'kstack' },
  ),
  metric(
    'runqueue',
    'run_queue_length_max',
    'gauge',
    'The longest run queue in the last minute, by CPU',
    Array.from({ length: 8 }, (_, cpu) => ({ cpu: String(cpu) })),
    { moved: 1.4, base: 4 },
  ),
  metric(
    'hostile',
    'hostile_total',
    'counter',
    'Events by a label that does its worst',
    [{ comm: hostile }, { comm: longLabel }, { comm: '' }, { comm: 'ordinary' }, { comm: '\u202etxet' }],
    { moved: 0.05, base: 10 },
  ),
  metric(
    'cgroups',
    'cgroup_switches_total',
    'counter',
    'Context switches by cgroup',
    Array.from({ length: 10_000 }, (_, i) => ({
      cgroup: `/sys/fs/cgroup/kubepods.slice/pod${String(i).padStart(5, '0')}/container`,
    })),
    { moved: 0.02, base: 40 },
  ),
  metric(
    'dns',
    'dns_query_duration_seconds',
    'histogram',
    'From the query to the answer, by server',
    [{ server: '10.0.0.2' }, { server: '10.0.0.3' }],
    { moved: 0.01, base: 8 },
  ),
  metric(
    'pagefaults',
    'page_fault_size_pages',
    'histogram',
    'Pages that a fault brought in',
    [{ kind: 'anon' }],
    { moved: 0, base: 60 },
  ),
  metric(
    'timers',
    'timer_starts_total',
    'counter',
    'Timers that started, by function',
    names.map((name) => ({ function: name })),
    { moved: 0, base: 300 },
  ),
  metric('idle', 'oom_kills_total', 'counter', 'Processes that the kernel killed for memory', [], {
    moved: 0,
    base: 0,
  }),
];

function valueAt(base: number, index: number, time: number, restless: number): number {
  const share = base / (1 + index * 0.7);
  const wave = 1 + 0.25 * Math.sin(time / 130 + index) + 0.12 * (noise(time + index * 7) - 0.5);
  // What moves does so in the last three minutes.
  const late = Math.max(0, 1 - (endOf(time) - time) / 180);
  return share * wave * (1 + restless * late);
}

let end = 0;
const endOf = (_: number): number => end;

/** What an exporter that is in trouble says; `query` as the endpoint has it. */
export function madeLive(
  time: number,
  query: URLSearchParams,
  history = Number(query.get('seconds') ?? 900),
): Live {
  end = time;
  return {
    version: 1,
    unknown: [],
    time,
    status: madeStatus(time),
    metrics: made
      .map(({ summary, moved, base }) => {
        const recent = Array.from({ length: 60 }, (_, at) =>
          at < 4 ? null : base === 0 ? 0 : valueAt(base * 3, 0, time - (59 - at) * 15, moved),
        );
        return { ...summary, moved, recent, now: recent.at(-1) ?? null };
      })
      .sort((a, b) => b.moved - a.moved),
    views: query.getAll('metric').flatMap((name) => {
      const one = made.find(({ summary }) => summary.name === name || summary.exportedName === name);
      return one === undefined ? [] : [viewOf(one, timesUntil(time, history), query)];
    }),
    traces: madeTraces(time),
  };
}

function viewOf(
  { summary, base, moved, labelSets }: Made,
  times: readonly number[],
  query: URLSearchParams,
): MetricView {
  const search = (query.get('search') ?? '').toLowerCase();
  const pins = query.getAll('pin');
  const top = Number(query.get('top') ?? 10);
  const all = (labelSets.length === 0 ? [{}] : labelSets).map((labels, index) => ({
    labels,
    index,
    key: `k${index}`,
  }));
  const matching = all.filter(({ labels }) => Object.values(labels).join(' ').toLowerCase().includes(search));
  const chosen = [
    ...all.filter(({ key }) => pins.includes(key)),
    ...matching.filter(({ key }) => !pins.includes(key)).slice(0, top),
  ];
  const series: SeriesView[] = chosen.map(({ labels, index, key }) => ({
    key,
    labels: { ...labels } as Record<string, string>,
    pinned: pins.includes(key),
    values: times.map((time) => (base === 0 ? 0 : valueAt(base, index % 50, time, moved))),
  }));
  const { config, name, exportedName: exported, kind } = summary;
  return {
    config,
    name,
    continues: times.length === 1,
    times,
    total: all.length,
    matched: matching.length,
    series,
    ...(kind === 'histogram' && { histogram: madeHistogram(name, times) }),
    ...(summary.stackLabel !== undefined && { stacks: madeStacks(base) }),
    promql: [
      {
        title: kind === 'gauge' ? 'Value by label set' : 'Rate by label set',
        query:
          kind === 'gauge'
            ? exported
            : `sum by (${summary.labels.join(', ')}) (rate(${exported}${kind === 'histogram' ? '_count' : ''}[5m]))`,
      },
      ...(kind === 'histogram'
        ? [
            {
              title: '99th percentile',
              query: `histogram_quantile(0.99, sum by (le) (rate(${exported}_bucket[5m])))`,
            },
          ]
        : []),
    ],
  };
}

function madeStacks(base: number): NonNullable<MetricView['stacks']> {
  const entry = ['entry_SYSCALL_64_after_hwframe', 'do_syscall_64'];
  const paths = [
    ['__x64_sys_futex', 'do_futex', 'futex_wait', 'futex_wait_queue', 'schedule', '__schedule'],
    [
      '__x64_sys_epoll_wait',
      'do_epoll_wait',
      'ep_poll',
      'schedule_hrtimeout_range',
      'schedule',
      '__schedule',
    ],
    [
      '__x64_sys_read',
      'ksys_read',
      'vfs_read',
      'ext4_file_read_iter',
      'filemap_read',
      'folio_wait_bit_common',
      'io_schedule',
      'schedule',
      '__schedule',
    ],
    [
      '__x64_sys_write',
      'ksys_write',
      'vfs_write',
      'sock_write_iter',
      'tcp_sendmsg',
      'lock_sock_nested',
      '__lock_sock',
      'schedule',
      '__schedule',
    ],
    [
      '__x64_sys_openat',
      'do_sys_openat2',
      'do_filp_open',
      'path_openat',
      'lookup_slow',
      'rwsem_down_read_slowpath',
      'schedule',
      '__schedule',
    ],
  ];
  const kernelThreads = [
    ['ret_from_fork_asm', 'ret_from_fork', 'kthread', 'worker_thread', 'schedule', '__schedule'],
    ['ret_from_fork_asm', 'ret_from_fork', 'kthread', 'kswapd', 'schedule', '__schedule'],
  ];
  return [...paths.map((path) => [...entry, ...path]), ...kernelThreads].map((frames, index) => ({
    frames,
    labels: {},
    value: base / (1 + index * 0.6),
    total: base * 3600 * (1 + index),
  }));
}

const programs: Status['programs'] = [
  ['biolatency', 'block_rq_issue', 'tp_btf/block_rq_issue', 1150, 412e-9],
  ['biolatency', 'block_rq_complete', 'tp_btf/block_rq_complete', 1148, 655e-9],
  ['socket-bytes', 'tcp_sendmsg', 'fentry/tcp_sendmsg', 18_400, 310e-9],
  ['runqueue', 'sched_switch', 'tp_btf/sched_switch', 41_000, 240e-9],
  ['runqueue', 'sched_wakeup', 'tp_btf/sched_wakeup', 22_300, 130e-9],
  ['cgroups', 'switches', 'tp_btf/sched_switch', 41_000, 95e-9],
  ['timers', 'timer_start', 'tp_btf/timer_start', 2_900, 180e-9],
  ['kstack', 'lock_wait', 'kprobe/futex_wait_queue', 320, 2.1e-6],
].map(([config, name, section, rate, run], index) => ({
  config: String(config),
  name: String(name),
  section: String(section),
  id: 300 + index,
  attached: true,
  runsPerSecond: Number(rate),
  secondsPerRun: Number(run),
  cpuShare: Number(rate) * Number(run),
}));

function madeStatus(time: number): Status {
  return {
    build: { version: '0.1.0', node: 'v26.10.0', libbpf: '1.7.0' },
    host: { name: 'db-17.example', kernel: '6.12.43+deb13-amd64', architecture: 'x86_64' },
    startedAt: time - 3 * 86400 - 7200,
    privileges: {
      user: 'ebpf-exporter',
      capabilities: ['cap_bpf', 'cap_perfmon'],
      noNewPrivileges: true,
      systemCallFilter: true,
    },
    lastScrape: { time: time - 4, seconds: 0.0123, series: 12_480, client: '10.2.0.14' },
    problems: [
      {
        severity: 'error',
        what: 'Config "tls-handshake" is not loaded: cannot load program SSL_do_handshake: EPERM\nlibbpf: prog "SSL_do_handshake": BPF program load failed: Operation not permitted\n0: R1=ctx() R10=fp0\n...',
        where: 'tls-handshake',
        remedy:
          'CAP_PERFMON is missing. Start the exporter with it; --capabilities.keep drops it afterwards.',
        command: 'systemctl edit prometheus-ebpf-exporter  # AmbientCapabilities=CAP_BPF CAP_PERFMON',
      },
      {
        severity: 'error',
        what: 'Program xfs_sync is not attached: this kernel has no function xfs_file_fsync',
        where: 'file-sync: program xfs_sync',
        remedy: 'Load the module xfs before the exporter starts, or remove the program.',
        command: 'modprobe xfs',
      },
      {
        severity: 'warning',
        what: 'Map socket_bytes is 97 % full: further processes are not counted',
        where: 'socket-bytes: map socket_bytes',
        remedy: 'Give it more room in the YAML file.',
        command: 'maps: {socket_bytes: {max_entries: 40960}}',
      },
    ],
    configs: [...new Set(made.map(({ summary }) => summary.config))]
      .map((name) => ({ name, loaded: true }))
      .concat([{ name: 'tls-handshake', loaded: false }]),
    statistics: { enabled: true, command: 'sysctl -w kernel.bpf_stats_enabled=1' },
    programs: [
      ...programs,
      {
        config: 'file-sync',
        name: 'xfs_sync',
        section: 'fentry/xfs_file_fsync',
        id: 0,
        attached: false,
        reason: 'this kernel has no function xfs_file_fsync',
      },
    ],
    maps: [
      {
        config: 'socket-bytes',
        name: 'socket_bytes',
        type: 'hash',
        maxEntries: 10_240,
        entries: 9_934,
        lru: false,
      },
      {
        config: 'cgroups',
        name: 'cgroup_switches',
        type: 'lru_percpu_hash',
        maxEntries: 10_240,
        entries: 10_000,
        lru: true,
      },
      {
        config: 'biolatency',
        name: 'bio_latency',
        type: 'hash',
        maxEntries: 10_240,
        entries: 262,
        lru: false,
      },
      {
        config: 'timers',
        name: 'timer_starts',
        type: 'percpu_hash',
        maxEntries: 1024,
        entries: 0,
        lru: false,
      },
    ],
    streams: [{ config: 'exec', map: 'events', lost: 1_204 }],
    decoderErrors: [
      {
        config: 'hostile',
        count: 17,
        metric: 'ebpf_exporter_hostile_total',
        keyHex: '0a0000009c02000000000000ffffffff',
        message: 'static_map: "unknown:668" is not a number',
      },
    ],
    spans: { sent: 48_112, dropped: { queue_full: 12, export_failed: 0 } },
  };
}

/** One that has nothing to say: no config with metrics, no program, nothing wrong. */
export function emptyLive(time: number): Live {
  const { build, host, privileges, statistics } = madeStatus(time);
  return {
    version: 1,
    unknown: [],
    time,
    status: {
      build,
      host,
      privileges,
      statistics: { ...statistics, enabled: false },
      startedAt: time - 3,
      problems: [],
      configs: [],
      programs: [],
      maps: [],
      streams: [],
      decoderErrors: [],
    },
    metrics: [],
    views: [],
  };
}

function madeTraces(time: number): NonNullable<Live['traces']> {
  return Array.from({ length: 6 }, (_, index) => {
    const start = time - index * 7.3;
    const id = (index * 7919 + 1).toString(16).padStart(32, '4bf92f3577b34da6a3ce929d0e0e4736');
    const span = (name: string, from: number, seconds: number, parentId?: string, attributes = {}) => ({
      id: `${name}-${index}`,
      ...(parentId && { parentId: `${parentId}-${index}` }),
      config: 'exec-trace',
      name,
      service: 'kernel',
      start: start + from,
      seconds,
      attributes,
    });
    return {
      id,
      spans: [
        span('exec', 0, 0.0042, undefined, {
          filename: '/usr/bin/git',
          comm: 'bash',
          pid: String(4000 + index),
        }),
        span('open_exec', 0.0003, 0.0011, 'exec', { 'file.path': '/usr/bin/git' }),
        span('load_elf_binary', 0.0016, 0.0024, 'exec', {
          interpreter: '/lib64/ld-linux-x86-64.so.2',
          note: hostile,
        }),
        span('mmap', 0.0021, 0.0007, 'load_elf_binary'),
      ],
    };
  });
}
