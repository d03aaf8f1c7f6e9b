import type {
  ArraySchema,
  GenericSchema,
  MapSchema,
  ObjectEntries,
  OptionalSchema,
  StrictObjectSchema,
  UnionSchema,
} from 'valibot';
import { subject } from './describe-issue.ts';
import { didYouMean } from './nearest.ts';
import type { Finding, Path } from './problem.ts';
import { booleanOf, numberOf } from './scalar.ts';
import { isAbsent, type YamlList, type YamlMapping, type YamlNode, type YamlScalar } from './yaml-node.ts';

export type TypedTree = {
  /** Plain data. A scalar that does not fit its type in the schema stays text, for the schema to refuse. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
};

/** Reads a tree as its schema types it: `1` is text where text is expected. Null means absent. */
export function typedTree(root: YamlNode, schema: GenericSchema): TypedTree {
  const findings: Finding[] = [];
  return { value: read(root, schema, [], findings), findings };
}

/** Where the value at a path begins, or its key; if there is none, what encloses it. */
export function offsetOf(root: YamlNode, path: Path, ofKey: boolean): number {
  let node = root;
  let { at } = root;
  for (const step of path) {
    const entry = node.kind === 'mapping' ? node.entries.get(String(step)) : undefined;
    const next = node.kind === 'list' ? node.items[Number(step)] : entry?.value;
    if (next === undefined || isAbsent(next)) return node.at;
    node = next;
    at = ofKey ? (entry?.keyAt ?? next.at) : next.at;
  }
  return at;
}

function read(node: YamlNode, schema: GenericSchema, path: Path, findings: Finding[]): unknown {
  const type = unwrap(schema, node);
  switch (node.kind) {
    case 'scalar':
      return readScalar(node, type);
    case 'list':
      return readList(node, type, path, findings);
    case 'mapping':
      return readMapping(node, type, path, findings);
  }
}

function readScalar(node: YamlScalar, type: GenericSchema): unknown {
  const { text, plain } = node;
  if (isAbsent(node)) return undefined;
  if (isMapping(type) && type.shorthand !== undefined) return { [type.shorthand]: text };
  if (plain && type.type === 'number') return numberOf(text) ?? text;
  if (type.type === 'boolean') return booleanOf(text) ?? text;
  return text;
}

function readList({ items }: YamlList, type: GenericSchema, path: Path, findings: Finding[]): unknown[] {
  return isList(type) ? items.map((item, i) => read(item, type.item, [...path, i], findings)) : [...items];
}

function readMapping({ entries }: YamlMapping, type: GenericSchema, path: Path, findings: Finding[]): object {
  if (isDictionary(type)) {
    const nothing = type.value.type === 'strict_object' ? {} : '';
    return new Map(
      Array.from(entries, ([key, { value }]) => [
        key,
        read(value, type.value, [...path, key], findings) ?? nothing,
      ]),
    );
  }
  const object: Record<string, unknown> = Object.create(null);
  if (!isMapping(type)) return object;
  for (const [key, { keyAt, value }] of entries) {
    const field = Object.hasOwn(type.entries, key) ? type.entries[key] : undefined;
    const known = field && read(value, field, [...path, key], findings);
    if (known !== undefined) object[key] = known;
    if (field === undefined && type.ignored?.test(key) !== true) {
      findings.push({ at: keyAt, message: unknownKey(key, type, path), warning: 'unless strict' });
    }
  }
  return object;
}

function unknownKey(key: string, type: Mapping, path: Path): string {
  const keys = Object.keys(type.entries);
  return `unknown key ${didYouMean(key, keys)} in ${subject(path)}; ${keys.join(', ')} are known`;
}

/** The schema without what says that it may be absent, and of a choice the one for this kind of value. */
function unwrap(schema: GenericSchema, node: YamlNode): GenericSchema {
  if (isOptional(schema)) return unwrap(schema.wrapped, node);
  if (!isChoice(schema)) return schema;
  return schema.options.find((option) => isList(option) === (node.kind === 'list')) ?? schema;
}

/* What the types of valibot leave out of a `GenericSchema`: a schema's `type` says which it is. */

type Mapping = StrictObjectSchema<ObjectEntries, undefined> & {
  readonly ignored?: RegExp;
  readonly shorthand?: string;
};

function isMapping(schema: GenericSchema): schema is Mapping {
  return schema.type === 'strict_object';
}

function isList(schema: GenericSchema): schema is ArraySchema<GenericSchema, undefined> {
  return schema.type === 'array';
}

function isDictionary(schema: GenericSchema): schema is MapSchema<GenericSchema, GenericSchema, undefined> {
  return schema.type === 'map';
}

function isChoice(schema: GenericSchema): schema is UnionSchema<GenericSchema[], undefined> {
  return schema.type === 'union';
}

function isOptional(schema: GenericSchema): schema is OptionalSchema<GenericSchema, unknown> {
  return schema.type === 'optional';
}
