export type Stack = { readonly frames: readonly string[]; readonly value: number };

/** A function in its callers: what it and those that it called took together, and itself alone. */
export type Frame = {
  readonly name: string;
  readonly total: number;
  readonly self: number;
  /** By name: they stay where they are while they grow and shrink. */
  readonly children: readonly Frame[];
};

type Growing = { name: string; total: number; self: number; children: Map<string, Growing> };

/** Stacks, root first, as a tree; its root is everything together. */
export function frameTree(stacks: readonly Stack[]): Frame {
  const root: Growing = { name: 'all', total: 0, self: 0, children: new Map() };
  for (const { frames, value } of stacks) {
    if (!(value > 0)) continue;
    let at = root;
    at.total += value;
    for (const name of frames) {
      let next = at.children.get(name);
      if (next === undefined) {
        next = { name, total: 0, self: 0, children: new Map() };
        at.children.set(name, next);
      }
      next.total += value;
      at = next;
    }
    at.self += value;
  }
  return frozen(root);
}

function frozen({ name, total, self, children }: Growing): Frame {
  const all = [...children.values()].map(frozen).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { name, total, self, children: all };
}

/** A frame with its place: shares of the width, and how deep it is. `path` are the names from the root to it. */
export type PlacedFrame = {
  readonly frame: Frame;
  readonly left: number;
  readonly width: number;
  readonly depth: number;
  readonly path: readonly string[];
};

/**
 * Where each frame stands when the one that `zoom` leads to has the whole width: first its callers, then what it
 * calls. Those that would be narrower than `least` are left out.
 */
export function placeFrames(root: Frame, zoom: readonly string[], least: number): PlacedFrame[] {
  const placed: PlacedFrame[] = [{ frame: root, left: 0, width: 1, depth: 0, path: [] }];
  let at = root;
  const path: string[] = [];
  for (const name of zoom) {
    const next = at.children.find((child) => child.name === name);
    if (next === undefined) break;
    at = next;
    path.push(name);
    placed.push({ frame: at, left: 0, width: 1, depth: path.length, path: [...path] });
  }
  const place = (frame: Frame, left: number, width: number, path: readonly string[]): void => {
    let from = left;
    for (const child of frame.children) {
      const share = frame.total > 0 ? (width * child.total) / frame.total : 0;
      const childPath = [...path, child.name];
      if (share >= least) {
        placed.push({ frame: child, left: from, width: share, depth: childPath.length, path: childPath });
        place(child, from, share, childPath);
      }
      from += share;
    }
  };
  place(at, 0, 1, path);
  return placed;
}

/** Functions by what they took themselves, and with what they called; the largest first. */
export function hottest(root: Frame, most: number): { name: string; self: number; total: number }[] {
  const sums = new Map<string, { name: string; self: number; total: number }>();
  const visit = (frame: Frame, above: ReadonlySet<string>): void => {
    const sum = sums.get(frame.name) ?? { name: frame.name, self: 0, total: 0 };
    sums.set(frame.name, sum);
    sum.self += frame.self;
    // One that calls itself counts once.
    if (!above.has(frame.name)) sum.total += frame.total;
    const names = new Set(above).add(frame.name);
    for (const child of frame.children) visit(child, names);
  };
  for (const child of root.children) visit(child, new Set());
  return [...sums.values()].sort((a, b) => b.self - a.self || b.total - a.total).slice(0, most);
}

/** Share of everything that is in frames whose name contains the text, or in what they call. */
export function matchedShare(root: Frame, text: string): number {
  const sum = (frame: Frame): number =>
    matches(frame.name, text) ? frame.total : frame.children.reduce((all, child) => all + sum(child), 0);
  return root.total > 0 ? root.children.reduce((all, child) => all + sum(child), 0) / root.total : 0;
}

export function matches(name: string, text: string): boolean {
  return text !== '' && name.toLowerCase().includes(text.toLowerCase());
}

/** `root;caller;function 12`, a line a stack, as flamegraph.pl and speedscope read it. */
export function foldedText(stacks: readonly Stack[]): string {
  return stacks
    .filter(({ value }) => value > 0)
    .map(
      ({ frames, value }) =>
        `${frames.map((frame) => frame.replace(/[;\s]+/g, ' ')).join(';')} ${count(value)}\n`,
    )
    .join('');
}

/** Those who read folded text want whole numbers; rates below one would all be none. */
function count(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/, '');
}
