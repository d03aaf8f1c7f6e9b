import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { DeclaredMap } from '../bpf/declared-maps.ts';
import { readDeclarations } from '../bpf/declared-maps.ts';
import { readElf } from '../bpf/elf-file.ts';
import { checkObjectFile } from '../bpf/object-check.ts';
import { parseFile } from '../config/parse-file.ts';
import { formatProblem } from '../config/problem.ts';
import type { MetricSpec } from '../config/spec.ts';
import { ExporterError, messageOf } from '../errors.ts';
import { layoutOfMap } from '../layout/map-layout.ts';
import { layoutOfRecords } from '../layout/record-layout.ts';
import type { Draft } from './draft.ts';
import { draftConfig } from './draft-config.ts';
import { writeYaml } from './write-yaml.ts';

/**
 * The text of a configuration file for an object, and what is in it. It parses, and its metrics fit the object's maps.
 * Throws `object_open` for what is no sound object with BTF, `usage` for one without maps that could be shown.
 */
export function initConfig(path: string): { readonly yaml: string; readonly draft: Draft } {
  checkObjectFile(path);
  const object = basename(path).replace(/(\.bpf)?\.o$/, '');
  const file = readElf(readFileSync(path));
  const guessed = draftConfig(object, file);
  if (guessed === undefined) {
    const why = 'it has no BTF, which says what maps and their keys are; clang -g is needed';
    throw new ExporterError('object_open', `Cannot describe ${path}: ${why}`);
  }
  const draft = withoutMisfits(basename(path), guessed, readDeclarations(file).maps);
  if (draft.metrics.length === 0 && draft.spans.length === 0) {
    const reasons = draft.left.map(({ name, why }) => `\n  ${name}: ${why}`).join('');
    throw new ExporterError(
      'usage',
      `Cannot describe ${path}: ${reasons === '' ? 'it has no maps' : 'none of its maps can be shown'}; a map that counts, or a ring buffer, is needed${reasons}`,
    );
  }
  return { yaml: writeYaml(basename(path), draft), draft };
}

/** Takes out the metrics that do not fit their maps, with the reason. */
function withoutMisfits(object: string, draft: Draft, maps: readonly DeclaredMap[]): Draft {
  const { config, problems } = parseFile(object, `${object}.yaml`, writeYaml(object, draft), {
    strict: true,
  });
  if (config === undefined) {
    if (draft.metrics.length === 0 && draft.spans.length === 0) return draft;
    throw new Error(`init wrote what does not parse: ${problems.map(formatProblem).join('\n')}`);
  }
  const misfits = new Map(
    config.metrics.flatMap((spec): [string, string][] => {
      const reason = misfit(spec, maps);
      return reason === undefined ? [] : [[spec.name, reason]];
    }),
  );
  return {
    ...draft,
    metrics: draft.metrics.filter(({ name }) => !misfits.has(name)),
    left: [...draft.left, ...[...misfits].map(([name, why]) => ({ name, why: why.split('\n')[0]! }))],
  };
}

function misfit(spec: MetricSpec, maps: readonly DeclaredMap[]): string | undefined {
  const map = maps.find(({ name }) => name === spec.map);
  if (map === undefined) return 'the object has no such map';
  try {
    if (spec.records === undefined) layoutOfMap(spec, map);
    else layoutOfRecords(spec, spec.records, map);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
