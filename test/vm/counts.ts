export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** What the last lines of Node's `spec` reporter say; undefined when it did not come that far. */
export function parseCounts(output: string): Counts | undefined {
  const count = (name: string): number | undefined => {
    const found = [...output.matchAll(new RegExp(`^\\S* ?${name} (\\d+)\\b`, 'gm'))].at(-1)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [passed, failed, cancelled, skipped] = ['pass', 'fail', 'cancelled', 'skipped'].map(count);
  if (passed === undefined || failed === undefined) return undefined;
  return { passed, failed: failed + (cancelled ?? 0), skipped: skipped ?? 0 };
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    .filter(Boolean)
    .join(', ');
}
