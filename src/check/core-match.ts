import { btfKinds as kinds } from '../bpf/btf-table.ts';
import { type BtfTypes, essentialName } from './btf-types.ts';
import { type CoreSpec, pathText, type Step, typeText } from './core-spec.ts';
import { coreKinds } from './ext-records.ts';

/*
 * Whether a kernel has what a program wants of its types, by the rules of libbpf (src/relo_core.c): candidates of the
 * same name and kind, members by name, kinds of members alike.
 */

/** What a kernel has in place of what is wanted. */
export type CoreAnswer =
  /** `value`: of an enumerator. */
  | { readonly found: true; readonly value?: bigint | undefined }
  | { readonly found: false; readonly missing: Missing };

export type Missing =
  | { readonly what: 'type'; readonly type: string }
  /** `of` lacks `field`; it has `fields`. */
  | {
      readonly what: 'field';
      readonly of: string;
      readonly field: string;
      readonly fields: readonly string[];
    }
  /** It is something else than the program takes it for. */
  | {
      readonly what: 'shape';
      readonly of: string;
      readonly field: string;
      readonly is: string;
      readonly wanted: string;
    }
  | {
      readonly what: 'enumerator';
      readonly of: string;
      readonly field: string;
      readonly fields: readonly string[];
    };

/** `kernels`: the kernel's types, then those of its modules. */
export function matchCore(local: BtfTypes, spec: CoreSpec, kernels: Iterable<BtfTypes>): CoreAnswer {
  if (spec.kind === coreKinds.localType) return { found: true };
  let best: Missing = { what: 'type', type: typeText(local, spec) };
  for (const kernel of kernels) {
    for (const id of kernel.named(spec.typeName)) {
      if (!sameKind(local, spec.type, kernel, id)) continue;
      const answer = matchCandidate(local, spec, kernel, id);
      if (answer.found) return answer;
      if (best.what === 'type') best = answer.missing;
    }
  }
  return { found: false, missing: best };
}

function matchCandidate(local: BtfTypes, spec: CoreSpec, kernel: BtfTypes, id: number): CoreAnswer {
  const of = typeText(local, spec);
  if (spec.enumerator !== undefined) {
    const enumerators = kernel.enumerators(kernel.unwrap(id));
    const found = enumerators.find(({ name }) => essentialName(name) === spec.enumerator);
    if (found !== undefined) return { found: true, value: found.value };
    const fields = enumerators.map(({ name }) => name);
    return { found: false, missing: { what: 'enumerator', of, field: spec.enumerator, fields } };
  }
  let at = id;
  for (const [i, step] of spec.steps.entries()) {
    at = kernel.unwrap(at);
    const field = pathText(spec.steps.slice(0, i + 1));
    if ('index' in step) {
      if (i === 0) continue; // a pointer to the type is as good as an array of it
      const missing = lacksElement(kernel, at, step, { of, field });
      if (missing !== undefined) return { found: false, missing };
      at = kernel.array(at)[0];
    } else {
      const found = findMember(kernel, at, step.name);
      if (found === undefined)
        return { found: false, missing: { what: 'field', of, field, fields: fieldsOf(kernel, at) } };
      if (!alike(local, step.type, kernel, found)) {
        const [is, wanted] = [shapeOf(kernel, found), shapeOf(local, step.type)];
        return { found: false, missing: { what: 'shape', of, field, is, wanted } };
      }
      at = found;
    }
  }
  return { found: true };
}

function lacksElement(
  kernel: BtfTypes,
  id: number,
  { index }: Extract<Step, { index: number }>,
  place: { of: string; field: string },
): Missing | undefined {
  if (kernel.type(id).kind !== kinds.array) {
    return { what: 'shape', ...place, is: shapeOf(kernel, id), wanted: 'an array' };
  }
  const [, length] = kernel.array(id);
  // An array without a length is as long as what is behind it.
  if (length === 0 || index < length) return undefined;
  return { what: 'shape', ...place, is: `an array of ${length}`, wanted: `an array of more than ${index}` };
}

/** The type of a member; those of members without a name count as the struct's own. */
function findMember(types: BtfTypes, id: number, name: string): number | undefined {
  if (!isComposite(types.type(id).kind)) return undefined;
  for (const member of types.members(id)) {
    if (member.name === name) return member.type;
    const inside = member.name === '' ? findMember(types, types.unwrap(member.type), name) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function fieldsOf(types: BtfTypes, id: number): string[] {
  if (!isComposite(types.type(id).kind)) return [];
  return types
    .members(id)
    .flatMap(({ name, type }) => (name === '' ? fieldsOf(types, types.unwrap(type)) : [name]));
}

function isComposite(kind: number): boolean {
  return kind === kinds.struct || kind === kinds.union;
}

function isEnum(kind: number): boolean {
  return kind === kinds.enum || kind === kinds.enum64;
}

function sameKind(local: BtfTypes, localId: number, kernel: BtfTypes, id: number): boolean {
  const [a, b] = [local.type(localId).kind, kernel.type(id).kind];
  return a === b || (isEnum(a) && isEnum(b));
}

/** Whether a program that takes a member for the one type can read the other. */
function alike(local: BtfTypes, localId: number, kernel: BtfTypes, id: number): boolean {
  const [a, b] = [local.unwrap(localId), kernel.unwrap(id)];
  const [kindA, kindB] = [local.type(a).kind, kernel.type(b).kind];
  if (isComposite(kindA) && isComposite(kindB)) return true;
  if (isEnum(kindA) && isEnum(kindB)) return sameName(local, a, kernel, b);
  if (kindA !== kindB) return false;
  if (kindA === kinds.array) return alike(local, local.array(a)[0], kernel, kernel.array(b)[0]);
  if (kindA === kinds.forward) return sameName(local, a, kernel, b);
  return kindA === kinds.int || kindA === kinds.pointer || kindA === kinds.float;
}

/** What has no name is like everything. */
function sameName(local: BtfTypes, a: number, kernel: BtfTypes, b: number): boolean {
  const [nameA, nameB] = [essentialName(local.name(a)), essentialName(kernel.name(b))];
  return nameA === '' || nameB === '' || nameA === nameB;
}

/** `a pointer`, `struct list_head`, `an integer`. */
function shapeOf(types: BtfTypes, id: number): string {
  const at = types.unwrap(id);
  const { kind } = types.type(at);
  if (kind === kinds.pointer) return 'a pointer';
  if (kind === kinds.array) return 'an array';
  if (kind === kinds.int) return 'an integer';
  if (kind === kinds.float) return 'a floating-point number';
  return typeText(types, { type: at, typeName: types.name(at) }).trimEnd();
}
