import { appendFileSync } from 'node:fs';
import { examples } from './configs.ts';
import { type RunningExporter, startExporter } from './exporter.ts';
import type { Labels, Page } from './page.ts';

/** Examples in one exporter. To be held with `await using`. */
export type RunningExamples = {
  readonly exporter: RunningExporter;
  /** How much a series rises during some work. */
  rise(name: string, labels: Labels, work: () => unknown): Promise<number>;
  /** The pages before and after some work. */
  around(work: () => unknown): Promise<{ readonly before: Page; readonly after: Page }>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts the exporter with these examples, every program of which has to attach. */
export async function startExamples(
  names: string,
  args: readonly string[] = ['--config.strict'],
): Promise<RunningExamples> {
  const exporter = await startExporter({ dir: examples, names, args });
  const around: RunningExamples['around'] = async (work) => {
    const before = await exporter.scrape();
    await work();
    return { before, after: await exporter.scrape() };
  };
  return {
    exporter,
    around,
    async rise(name, labels, work) {
      const { before, after } = await around(work);
      return after.sum(name, labels) - before.sum(name, labels);
    },
    async [Symbol.asyncDispose]() {
      try {
        await keepSamples(exporter);
      } finally {
        await exporter.stop();
      }
    },
  };
}

/** With EXAMPLE_SAMPLES=FILE in the environment: what the examples have counted, for docs/examples. */
async function keepSamples(exporter: RunningExporter): Promise<void> {
  const file = process.env.EXAMPLE_SAMPLES;
  if (file === undefined) return;
  const own = /^ebpf_exporter_(?!ebpf_program|enabled|config|metric|build|decoder|map_|scrape|http)/;
  appendFileSync(file, (await exporter.scrape()).excerpt(own));
}
