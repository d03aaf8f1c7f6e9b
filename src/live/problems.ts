import type { ConfigMetrics } from '../serve/config-metrics.ts';
import type { Problem, Status } from './live.ts';

/** How full a map may be that does not drop old entries for new ones. */
const full = 0.9;

/** What does not work, the worst first, each with what to do. */
export function problemsOf(
  { configs, programs, maps, streams, decoderErrors, spans }: Omit<Status, 'problems'>,
  metrics: readonly ConfigMetrics[],
): Problem[] {
  const problems: Problem[] = [];
  for (const { name, error } of configs) {
    if (error === undefined) continue;
    problems.push({
      severity: 'error',
      what: `Config ${name} is not loaded: ${error}`,
      where: name,
      remedy: 'None of its metrics are served. The message says what is needed; then restart the exporter.',
    });
  }
  for (const { config, name, reason } of programs) {
    if (reason === undefined) continue;
    problems.push({
      severity: 'error',
      what: `Program ${name} is not attached: ${reason}`,
      where: `${config}: program ${name}`,
      remedy: 'What it counts is missing from the metrics of its config.',
    });
  }
  for (const { loaded, disabled } of metrics) {
    for (const { name, error } of disabled) {
      problems.push({
        severity: 'error',
        what: `Metric ${name} is disabled: ${error.message}`,
        where: `${loaded.config.name}: metric ${name}`,
        remedy:
          'Its config and its object do not fit each other: change one of them, and restart the exporter.',
      });
    }
  }
  for (const { loaded, readings, errors } of metrics) {
    for (const map of new Set(readings.map((reading) => reading.map))) {
      const count = errors.failedReads(map);
      if (count === 0) continue;
      problems.push({
        severity: 'error',
        what: `Map ${map} could not be read by ${count} scrapes`,
        where: `${loaded.config.name}: map ${map}`,
        remedy: 'Its metrics are missing from those scrapes; the log has the reasons.',
      });
    }
  }
  for (const { config, name, entries = 0, maxEntries, lru, type } of maps) {
    if (lru || type.endsWith('array') || entries < full * maxEntries) continue;
    problems.push({
      severity: entries >= maxEntries ? 'error' : 'warning',
      what: `Map ${name} holds ${entries} of ${maxEntries} entries`,
      where: `${config}: map ${name}`,
      remedy:
        'A full map takes no new keys. Give it more room, or let idle label sets expire, in the config.',
      command: `maps: { ${name}: { max_entries: ${maxEntries * 2}, expire_after: 10m } }`,
    });
  }
  for (const { config, map, lost } of streams) {
    if (lost === 0) continue;
    problems.push({
      severity: 'warning',
      what: `${lost} records of ${map} were lost since the start`,
      where: `${config}: map ${map}`,
      remedy:
        'They came faster than they could be read. Give the buffer more room in the config, or have the program send less.',
    });
  }
  for (const { config, count, metric, keyHex, message } of decoderErrors) {
    if (count === 0) continue;
    problems.push({
      severity: 'warning',
      what: `${count} keys could not be decoded${message === undefined ? '' : `: ${message}`}`,
      where: metric === undefined ? config : `${config}: metric ${metric}`,
      ...(keyHex === undefined
        ? {}
        : { remedy: `The labels of the config do not fit this key: 0x${keyHex}` }),
    });
  }
  for (const [reason, count] of Object.entries(spans?.dropped ?? {})) {
    if (count === 0) continue;
    problems.push({
      severity: 'warning',
      what: `${count} spans were dropped: ${reason.replaceAll('_', ' ')}`,
      where: 'spans',
      remedy:
        'The receiver of OTEL_EXPORTER_OTLP_ENDPOINT does not take them fast enough, or not at all; the log says more.',
    });
  }
  return problems.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}
