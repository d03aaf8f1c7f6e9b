import type {
  ArraySchema,
  GenericSchema,
  MapSchema,
  ObjectEntries,
  OptionalSchema,
  StrictObjectSchema,
} from 'valibot';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { subject } from './describe-issue.ts';
import { didYouMean } from './nearest.ts';
import type { Finding, Path } from './problem.ts';
import { booleanOf, isNull, numberOf } from './scalar.ts';

export type Tree = {
  /** Plain data. A scalar that does not fit its type in the schema stays text, for the schema to refuse. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Where in the text the value at a path begins, or, if there is none, what encloses it. */
  offsetOf(path: Path): number;
};

/** Reads a document as its schema types it: `1` is text where text is expected. Null means absent. */
export function readTree(document: Document, schema: GenericSchema): Tree {
  const reader = new Reader(document);
  const value = reader.read(document.contents, schema, []);
  return { value, findings: reader.findings, offsetOf: (path) => reader.offsetOf(path) };
}

class Reader {
  readonly findings: Finding[] = [];
  readonly #document: Document;
  readonly #offsets = new Map<string, number>();
  /** The collections being read, to notice one that contains itself. */
  readonly #open = new Set<Node>();

  constructor(document: Document) {
    this.#document = document;
  }

  read(reference: unknown, schema: GenericSchema, path: Path): unknown {
    const node = this.#resolve(reference);
    if (node === undefined) return undefined;
    this.#offsets.set(keyOf(path), offset(node));
    const type = unwrap(schema);
    if (isScalar(node)) return scalarValue(node, type);
    this.#open.add(node);
    const value = isMap(node) ? this.#readMap(node, type, path) : this.#readList(node as YAMLSeq, type, path);
    this.#open.delete(node);
    return value;
  }

  #readList(node: YAMLSeq, type: GenericSchema, path: Path): unknown[] {
    if (!isList(type)) return node.items;
    const list: unknown[] = [];
    for (const item of node.items) {
      const value = this.read(item, type.item, [...path, list.length]);
      if (value !== undefined) list.push(value);
    }
    return list;
  }

  #readMap(node: YAMLMap, type: GenericSchema, path: Path): object {
    const entries = this.#entries(node);
    if (isTexts(type)) {
      return new Map(
        [...entries].map(([key, { value }]) => [key, this.read(value, type.value, [...path, key]) ?? '']),
      );
    }
    const object: Record<string, unknown> = Object.create(null);
    if (!isMapping(type)) return object;
    for (const [key, { at, value }] of entries) {
      const field = Object.hasOwn(type.entries, key) ? type.entries[key] : undefined;
      const known = field && this.read(value, field, [...path, key]);
      if (field === undefined) this.#unknownKey(key, at, type, path);
      else if (known !== undefined) object[key] = known;
    }
    return object;
  }

  #unknownKey(key: string, at: number, type: Mapping, path: Path): void {
    const keys = Object.keys(type.entries);
    const message = `unknown key ${didYouMean(key, keys)} in ${subject(path)}; ${keys.join(', ')} are known`;
    this.findings.push({ at, message, warning: 'unless strict' });
  }

  /** Own keys, then those of `<<` that are not among them. */
  #entries(map: YAMLMap): Map<string, { at: number; value: unknown }> {
    const own = new Map<string, { at: number; value: unknown }>();
    const merged: unknown[] = [];
    for (const pair of map.items) {
      const key = this.#resolve(pair.key);
      if (!isScalar(key)) {
        if (key !== undefined) this.#problem(key, 'a key is a list or a mapping; text is needed');
        continue;
      }
      const name = String(key.value);
      if (name === '<<' && key.type === Scalar.PLAIN) merged.push(pair.value);
      else if (own.has(name))
        this.#problem(key, `key ${JSON.stringify(name)} is written twice; once is needed`);
      else own.set(name, { at: offset(key), value: pair.value });
    }
    for (const source of merged.flatMap((value) => this.#mergeSources(value))) {
      this.#open.add(source);
      for (const [key, entry] of this.#entries(source)) if (!own.has(key)) own.set(key, entry);
      this.#open.delete(source);
    }
    return own;
  }

  #mergeSources(value: unknown): YAMLMap[] {
    const node = this.#resolve(value);
    return (isSeq(node) ? node.items : [node]).flatMap((item) => {
      const source = this.#resolve(item);
      if (isMap(source)) return [source];
      if (source !== undefined)
        this.#problem(source, '"<<" is not a mapping; a mapping or a list of them is needed');
      return [];
    });
  }

  #resolve(node: unknown): Node | undefined {
    if (!isAlias(node)) return (node as Node | null) ?? undefined;
    const target = node.resolve(this.#document);
    if (target === undefined)
      this.#problem(node, `no anchor &${node.source} comes before *${node.source}; one is needed`);
    else if (this.#open.has(target))
      this.#problem(node, `*${node.source} is inside its own anchor; another is needed`);
    else return target;
    return undefined;
  }

  #problem(node: Node, message: string): void {
    this.findings.push({ at: offset(node), message });
  }

  offsetOf(path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const found = this.#offsets.get(keyOf(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return this.#offsets.get('') ?? 0;
  }
}

function scalarValue(node: Scalar, type: GenericSchema): unknown {
  const text = String(node.value);
  const plain = node.type === Scalar.PLAIN;
  if (plain && isNull(text)) return undefined;
  if (plain && type.type === 'number') return numberOf(text) ?? text;
  if (type.type === 'boolean') return booleanOf(text) ?? text;
  return text;
}

function unwrap(schema: GenericSchema): GenericSchema {
  return isOptional(schema) ? unwrap(schema.wrapped) : schema;
}

/* What the types of valibot leave out of a `GenericSchema`: a schema's `type` says which it is. */

type Mapping = StrictObjectSchema<ObjectEntries, undefined>;

function isMapping(schema: GenericSchema): schema is Mapping {
  return schema.type === 'strict_object';
}

function isList(schema: GenericSchema): schema is ArraySchema<GenericSchema, undefined> {
  return schema.type === 'array';
}

function isTexts(schema: GenericSchema): schema is MapSchema<GenericSchema, GenericSchema, undefined> {
  return schema.type === 'map';
}

function isOptional(schema: GenericSchema): schema is OptionalSchema<GenericSchema, unknown> {
  return schema.type === 'optional';
}

function offset(node: Node): number {
  return node.range?.[0] ?? 0;
}

function keyOf(path: Path): string {
  return path.join('\0');
}
