import { isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap } from 'yaml';
import type { Finding } from './problem.ts';
import { quote } from './quote.ts';
import { LimitError, parseDocument, type YamlDocument } from './yaml-document.ts';
import { isAbsent, type YamlEntry, type YamlMapping, type YamlNode } from './yaml-node.ts';

/** With the values of an anchor counted at each of its aliases: few lines can stand for a number without end. */
const maxValues = 100_000;

export type YamlText = Pick<YamlDocument, 'place'> & {
  /** Undefined when the text is empty or broken; the findings tell which. */
  readonly root: YamlNode | undefined;
  readonly findings: readonly Finding[];
};

/** Reads the first document of a YAML text: scalars with their places, what an alias or a merge key stands for in its place. */
export function readYaml(text: string): YamlText {
  const { document, findings, place } = parseDocument(text);
  if (document?.contents === undefined || document.contents === null)
    return { root: undefined, findings, place };
  const reader = new Reader();
  try {
    const root = reader.read(document.contents);
    return { root, findings: [...findings, ...reader.findings], place };
  } catch (thrown) {
    if (!(thrown instanceof LimitError)) throw thrown;
    return { root: undefined, findings: [{ at: thrown.at, message: thrown.message }], place };
  }
}

/** A node, and how many values it stands for. */
type Read = { readonly node: YamlNode; readonly values: number };

class Reader {
  readonly findings: Finding[] = [];
  /** Undefined while what the anchor is on is being read. */
  readonly #anchors = new Map<string, Read | undefined>();
  #values = 0;

  /** Nothing, for an alias that stands for nothing. */
  read(source: unknown): YamlNode | undefined {
    const node = source as Node | null;
    if (isAlias(node)) return this.#alias(node.source, offset(node));
    const anchor = node !== null && 'anchor' in node ? node.anchor : undefined;
    const before = this.#values;
    this.#count(1, offset(node));
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const read = this.#node(node);
    if (anchor !== undefined) this.#anchors.set(anchor, { node: read, values: this.#values - before });
    return read;
  }

  #node(node: Node | null): YamlNode {
    const at = offset(node);
    if (isMap(node)) return { kind: 'mapping', at, entries: this.#entries(node) };
    if (isSeq(node)) return { kind: 'list', at, items: node.items.flatMap((item) => this.#item(item)) };
    if (!isScalar(node)) return nothing(at);
    return { kind: 'scalar', at, text: String(node.value), plain: node.type === Scalar.PLAIN };
  }

  #item(source: unknown): YamlNode[] {
    const item = this.read(source);
    return item === undefined || isAbsent(item) ? [] : [item];
  }

  #alias(name: string, at: number): YamlNode | undefined {
    const target = this.#anchors.get(name);
    if (target !== undefined) {
      this.#count(target.values, at);
      return target.node;
    }
    const shown = quote(name).slice(1, -1);
    this.#problem(
      at,
      this.#anchors.has(name)
        ? `*${shown} is inside its own anchor; another is needed`
        : `no anchor &${shown} comes before *${shown}; one is needed`,
    );
    return undefined;
  }

  /** Own keys, then those of `<<` that are not among them. */
  #entries(map: YAMLMap): Map<string, YamlEntry> {
    const own = new Map<string, YamlEntry>();
    const merged: YamlMapping[] = [];
    for (const pair of map.items) {
      const key = this.read(pair.key);
      const value = pair.value === null ? nothing(key?.at ?? 0) : this.read(pair.value);
      if (key === undefined) continue;
      if (key.kind !== 'scalar') {
        this.#problem(key.at, 'a key is a list or a mapping; text is needed');
      } else if (key.text === '<<' && key.plain) {
        if (value !== undefined) merged.push(...this.#mergeSources(value));
      } else if (own.has(key.text)) {
        this.#problem(key.at, `key ${quote(key.text)} is written twice; once is needed`);
      } else {
        own.set(key.text, { keyAt: key.at, value: value ?? nothing(key.at) });
      }
    }
    for (const { entries } of merged) {
      for (const [key, entry] of entries) if (!own.has(key)) own.set(key, entry);
    }
    return own;
  }

  #mergeSources(value: YamlNode): YamlMapping[] {
    return (value.kind === 'list' ? value.items : [value]).flatMap((source) => {
      if (source.kind === 'mapping') return [source];
      this.#problem(source.at, '"<<" is not a mapping; a mapping or a list of them is needed');
      return [];
    });
  }

  #count(values: number, at: number): void {
    this.#values += values;
    if (this.#values <= maxValues) return;
    throw new LimitError(
      at,
      `more than ${maxValues} values, counting those of aliases each time; fewer are needed`,
    );
  }

  #problem(at: number, message: string): void {
    this.findings.push({ at, message });
  }
}

function nothing(at: number): YamlNode {
  return { kind: 'scalar', at, text: '', plain: true };
}

function offset(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}
