import { nearest } from '../config/nearest.ts';
import type { AskedRelocation } from './constants.ts';
import type { Missing } from './core-match.ts';
import { isQuestion } from './core-spec.ts';
import { type Kernel, moduleReason } from './kernel.ts';
import type { Place, Reached } from './reach.ts';

/** Something wrong at an instruction of a program. */
export type CodeFinding = { readonly at: Place; readonly message: string };

/** What a program reads of the kernel's types that the kernel does not have, each once. What it asks for first is fine. */
export function missingTypes(
  asked: readonly AskedRelocation[],
  reached: Reached,
  kernel: Kernel,
): CodeFinding[] {
  const found = new Map<string, CodeFinding>();
  for (const { place, spec, answer } of asked) {
    if (answer === undefined || answer.found || isQuestion(spec.kind) || !reached.has(place)) continue;
    const message = describe(answer.missing, kernel);
    if (!found.has(message)) found.set(message, { at: place, message });
  }
  return [...found.values()];
}

function describe(missing: Missing, kernel: Kernel): string {
  const { it } = kernel;
  switch (missing.what) {
    case 'type':
      return `${it} has no ${missing.type}${kernel.hasAllModules ? '' : `, unless ${moduleReason(kernel)}`}; ask bpf_core_type_exists() first, and do without`;
    case 'field':
      return `${missing.of} of ${it} has no field ${missing.field}${near(missing.field, missing.fields)}; ask bpf_core_field_exists() first, and read what the kernel has instead`;
    case 'shape':
      return `${missing.of} of ${it} has ${missing.is} as ${missing.field}, and the program takes it for ${missing.wanted}; a second struct with that field, NAME___other, and bpf_core_field_exists() tell them apart`;
    case 'enumerator':
      return `${missing.of} of ${it} has no ${missing.field}${near(missing.field, missing.fields)}; ask bpf_core_enum_value_exists() first`;
  }
}

function near(field: string, fields: readonly string[]): string {
  const meant = nearest(field.replace(/.*[.\]]/, ''), fields);
  return meant === undefined ? '' : ` (it has ${meant})`;
}
