import { checkTree, recognizeVersion1 } from './checks.ts';
import type { NamedTree } from './metric-names.ts';
import { checkPatterns } from './pattern-size.ts';
import type { Problem } from './problem.ts';
import { readDocument } from './read-document.ts';
import { fileSchema } from './schema.ts';
import type { Config } from './spec.ts';
import type { YamlNode } from './yaml-node.ts';

export type ParsedFile = NamedTree & {
  /** Undefined when there are problems. */
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
};

const format = {
  schema: fileSchema,
  check: checkTree,
  refuse: (root: YamlNode) => recognizeVersion1(root) ?? checkPatterns(root),
  needed: 'metrics or tracing',
};

/** Checks the text of one file. Its name for messages and its config's name come from the caller; nothing is read. */
export function parseFile(
  name: string,
  file: string,
  text: string,
  { strict } = { strict: false },
): ParsedFile {
  const { output, ...rest } = readDocument(file, text, format, { strict });
  return { ...rest, config: output && freeze<Config>({ name, file, ...output }) };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
