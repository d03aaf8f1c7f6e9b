const unitMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3600e3 } as const;

/** Numbers with a unit each, as in `1h30m`, or a bare zero. */
export const durationPattern = /^\+?(0|((\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/;

/** Milliseconds of a text that matches the pattern; a fraction when the text says less than one. */
export function durationMs(text: string): number {
  return [...text.matchAll(/([\d.]+)([a-z\u00b5\u03bc]+)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs],
    0,
  );
}
