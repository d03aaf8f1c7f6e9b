import { createRequire } from 'node:module';
import { readSpans } from './read-spans.ts';
import type { SpanExporter } from './span-exporter.ts';

const require = createRequire(import.meta.filename);

/** Prints spans to stdout as the SDK does, for people who are trying something out. */
export function createConsoleExporter(): SpanExporter {
  const { ConsoleSpanExporter } =
    require('@opentelemetry/sdk-trace') as typeof import('@opentelemetry/sdk-trace');
  const console = new ConsoleSpanExporter();
  return {
    timeoutMs: 1000,
    export: ({ bytes }) =>
      new Promise((resolve) => {
        console.export(readSpans(bytes), ({ error }) =>
          resolve(
            error === undefined
              ? { delivered: true, rejected: 0 }
              : { delivered: false, reason: error.message },
          ),
        );
      }),
    close: () => void console.shutdown(),
  };
}
