import { join } from 'node:path';
import type { OtlpReceiver } from '../../../src/tracing/otlp-receiver-testing.ts';
import { examples, root } from './configs.ts';
import { type RunningExporter, startExporter } from './exporter.ts';
import { output } from './run.ts';
import { until } from './wait.ts';

export type Span = OtlpReceiver['spans'][number];

/** The exporter with an example, sending its spans to a receiver soon. */
export function traced(
  receiver: OtlpReceiver,
  names: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<RunningExporter> {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100', ...variables };
  return startExporter({
    dir: examples,
    names,
    args: ['--config.strict'],
    under: ['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
  });
}

/** Runs a demo of examples/demos that sends its span to the same receiver. The id of its trace. */
export async function runDemo(
  name: string,
  receiver: OtlpReceiver,
  variables: string[] = [],
): Promise<string> {
  const env = [`OTEL_EXPORTER_OTLP_ENDPOINT=${receiver.url}`, ...variables];
  const demo = join(root, 'examples/demos', `${name}.ts`);
  const printed = await output('env', [
    ...env,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    demo,
  ]);
  return /trace ([0-9a-f]{32})/.exec(printed)![1]!;
}

/** The spans of a trace, once they are what is waited for. */
export function spansOfTrace(
  receiver: OtlpReceiver,
  traceId: string,
  complete: (spans: readonly Span[]) => boolean,
): Promise<Span[]> {
  const seen = (): Span[] => receiver.spans.filter((span) => span.spanContext().traceId === traceId);
  return until(
    () => `the spans of a trace; there are ${seen().map(({ name }) => name)}`,
    () => complete(seen()) && seen(),
  );
}
