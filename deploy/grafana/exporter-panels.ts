import { type Panel, row, selected, type Target, timeseries } from './panels.ts';

const named = `* on (job, instance, id) group_left (config, program) ebpf_exporter_ebpf_program_info{${selected}}`;
const program = '{{config}} {{program}} {{instance}}';

function rate(name: string): string {
  return `rate(ebpf_exporter_${name}{${selected}}[$__rate_interval])`;
}

function stat(title: string, expr: string, description: string): Panel {
  return {
    type: 'stat',
    title,
    description,
    targets: [{ expr }],
    fieldConfig: {
      defaults: {
        // Whoever sees a number here has something to do.
        thresholds: {
          mode: 'absolute',
          steps: [
            { color: 'green', value: null },
            { color: 'red', value: 1 },
          ],
        },
      },
      overrides: [],
    },
    options: { colorMode: 'value', reduceOptions: { calcs: ['lastNotNull'] } },
  };
}

function table(title: string, expr: string, columns: readonly string[]): Panel {
  const target: Target = { expr, format: 'table', instant: true };
  return {
    type: 'table',
    title,
    targets: [target],
    transformations: [{ id: 'filterFieldsByName', options: { include: { names: columns } } }],
  };
}

/** The dashboard about the exporter itself: is it well, what does it cost, does it lose anything. */
export const exporterPanels: readonly Panel[] = [
  row('Is it well'),
  stat(
    'Configs that do not load',
    `sum(1 - ebpf_exporter_config_loaded{${selected}}) or vector(0)`,
    'Their reason is in the log and on the page at /.',
  ),
  stat(
    'Programs that are not attached',
    `sum(1 - ebpf_exporter_ebpf_program_attached{${selected}}) or vector(0)`,
    'What they count stays as it is.',
  ),
  stat(
    'Metrics that do not fit their map',
    `sum(1 - ebpf_exporter_metric_enabled{${selected}}) or vector(0)`,
    'The log has both layouts side by side.',
  ),
  stat(
    'Configs whose last reading failed',
    `sum(1 - ebpf_exporter_scrape_success{${selected}}) or vector(0)`,
    'A map could not be read.',
  ),
  table('Not attached', `ebpf_exporter_ebpf_program_attached{${selected}} ${named} == 0`, [
    'instance',
    'config',
    'program',
  ]),
  timeseries(
    'Lost records',
    [
      {
        expr: `sum by (instance, config, map) (${rate('lost_records_total')}) > 0`,
        legendFormat: '{{config}} {{map}} {{instance}}',
      },
    ],
    'cps',
    'Perf event arrays and ring buffers that were full.',
  ),
  row('What it costs'),
  timeseries(
    'CPU of programs',
    [{ expr: `topk(10, ${rate('ebpf_program_run_time_seconds')} ${named})`, legendFormat: program }],
    'percentunit',
    'Of one CPU. Only while sysctl kernel.bpf_stats_enabled is 1.',
  ),
  timeseries(
    'Time of a run',
    [
      {
        expr: `topk(10, ${rate('ebpf_program_run_time_seconds')} / ${rate('ebpf_program_run_count_total')} ${named})`,
        legendFormat: program,
      },
    ],
    's',
  ),
  timeseries(
    'CPU of the exporter',
    [
      {
        expr: `rate(process_cpu_seconds_total{${selected}}[$__rate_interval])`,
        legendFormat: '{{instance}}',
      },
    ],
    'percentunit',
  ),
  timeseries(
    'Memory of the exporter',
    [{ expr: `process_resident_memory_bytes{${selected}}`, legendFormat: '{{instance}}' }],
    'bytes',
  ),
  timeseries(
    'Duration of readings',
    [
      {
        expr: `topk(10, ebpf_exporter_scrape_duration_seconds{${selected}})`,
        legendFormat: '{{config}} {{instance}}',
      },
    ],
    's',
  ),
  row('What it holds'),
  timeseries(
    'How full maps are',
    [
      {
        expr: `topk(10, ebpf_exporter_map_entries{${selected}} / ebpf_exporter_map_max_entries{${selected}})`,
        legendFormat: '{{config}} {{map}} {{instance}}',
      },
    ],
    'percentunit',
    'LRU kinds are meant to fill.',
  ),
  timeseries(
    'Entries that cannot be decoded',
    [
      {
        expr: `sum by (instance, config) (${rate('decoder_errors_total')})`,
        legendFormat: '{{config}} {{instance}}',
      },
    ],
    'cps',
  ),
  timeseries(
    'Label sets beyond max_series',
    [{ expr: `ebpf_exporter_series_limited{${selected}} > 0`, legendFormat: '{{metric}} {{instance}}' }],
    'short',
  ),
  timeseries(
    'Spans',
    [
      { expr: `sum(${rate('spans_total')})`, legendFormat: 'made' },
      { expr: `sum by (reason) (${rate('spans_dropped_total')})`, legendFormat: 'dropped: {{reason}}' },
    ],
    'cps',
  ),
  timeseries(
    'Clients turned away',
    [
      {
        expr: `sum by (instance, reason) (${rate('http_rejected_total')})`,
        legendFormat: '{{reason}} {{instance}}',
      },
    ],
    'cps',
  ),
];
