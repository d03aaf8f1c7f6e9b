import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import collectDefaultMetrics from 'prom-client/lib/defaultMetrics.js';
import Registry from 'prom-client/lib/registry.js';
import { type Family, type FamilyType, smallFamily } from '../metrics/family.ts';

/** Gauges that prom-client names like counters: promtool refuses them, and `nodejs_active_*` by type say the same. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The `process_*` and `nodejs_*` metrics that users of Node.js services know, from prom-client. */
export class ProcessFamilies {
  readonly #registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  async collect(): Promise<readonly Family[]> {
    const metrics: MetricObjectWithValues<MetricValue<string>>[] = await this.#registry.getMetricsAsJSON();
    return metrics
      .filter(({ name }) => !misnamed.includes(name))
      .map(({ name, help, type, values }) =>
        smallFamily(
          // prom-client calls its types as the format does, in a string enum.
          String(type) as FamilyType,
          name,
          help,
          values.map((value) => ({
            name: 'metricName' in value && typeof value.metricName === 'string' ? value.metricName : name,
            labels: Object.fromEntries(
              Object.entries(value.labels).map(([key, text]) => [key, String(text)]),
            ),
            value: value.value,
          })),
        ),
      );
  }
}
