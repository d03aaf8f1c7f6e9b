import type { Trace } from '../live/live.ts';

type Span = Trace['spans'][number];

/** Spans below those that caused them, each with how deep it is; one whose parent is not here stands at the top. */
export function nested(spans: readonly Span[]): { span: Span; depth: number }[] {
  const ids = new Set(spans.map(({ id }) => id));
  const children = new Map<string | undefined, Span[]>();
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const parent = span.parentId !== undefined && ids.has(span.parentId) ? span.parentId : undefined;
    const beside = children.get(parent);
    if (beside === undefined) children.set(parent, [span]);
    else beside.push(span);
  }
  const found: { span: Span; depth: number }[] = [];
  const seen = new Set<Span>();
  const visit = (span: Span, depth: number): void => {
    if (seen.has(span)) return;
    seen.add(span);
    found.push({ span, depth });
    for (const child of children.get(span.id) ?? []) visit(child, depth + 1);
  };
  for (const root of children.get(undefined) ?? []) visit(root, 0);
  // Spans that name each other as parents are below no root.
  for (const span of spans) visit(span, 0);
  return found;
}

/** From the start of the first to the end of the last. */
export function traceTime({ spans }: Trace): { start: number; length: number } {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.start + span.seconds));
  return { start, length: spans.length === 0 ? 0 : end - start };
}
