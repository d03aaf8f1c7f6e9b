import { loadSdk } from './load-sdk.ts';
import { readSpans } from './read-spans.ts';
import type { SpanExporter } from './span-exporter.ts';

/** Prints spans to stdout as the SDK does, for people who are trying something out. */
export function createConsoleExporter(): SpanExporter {
  const { ConsoleSpanExporter } = loadSdk('console');
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
