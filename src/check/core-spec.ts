import { btfKinds as kinds } from '../bpf/btf-table.ts';
import { type BtfTypes, essentialName } from './btf-types.ts';
import { type CoreRelocation, coreKinds } from './ext-records.ts';

/** A step from a type to a part of it: a member by its name, or an element of an array. */
export type Step = { readonly name: string; readonly type: number } | { readonly index: number };

/** What a program wants of one of the kernel's types. */
export type CoreSpec = {
  readonly kind: number;
  /** The type in the object, by number, and its name without a flavour. */
  readonly type: number;
  readonly typeName: string;
  /** To a part of it; members without names are no steps. Empty when it is about the type itself. */
  readonly steps: readonly Step[];
  /** The enumerator that it is about. */
  readonly enumerator: string | undefined;
};

const fieldKinds: readonly number[] = [
  coreKinds.fieldOffset, coreKinds.fieldSize, coreKinds.fieldExists, coreKinds.fieldSigned, coreKinds.fieldLeftShift,
  coreKinds.fieldRightShift,
]; // biome-ignore format: a list
const enumKinds: readonly number[] = [coreKinds.enumExists, coreKinds.enumValue];
/** These ask: that something is not there is an answer. */
const questions: readonly number[] = [
  coreKinds.fieldExists,
  coreKinds.typeExists,
  coreKinds.enumExists,
  coreKinds.typeMatches,
];

export function isQuestion(kind: number): boolean {
  return questions.includes(kind);
}

/** What a relocation says, in names. Undefined for one that no compiler writes. */
export function coreSpec(types: BtfTypes, { type, path, kind }: CoreRelocation): CoreSpec | undefined {
  const common = { kind, type, typeName: essentialName(types.name(type)) };
  if (enumKinds.includes(kind)) {
    const enumerator = types.enumerators(types.unwrap(type))[path[0]!]?.name;
    return enumerator === undefined
      ? undefined
      : { ...common, steps: [], enumerator: essentialName(enumerator) };
  }
  if (!fieldKinds.includes(kind)) return { ...common, steps: [], enumerator: undefined };
  const steps: Step[] = [];
  let at = types.unwrap(type);
  if (path[0] !== 0) steps.push({ index: path[0]! }); // of the pointer, as an array
  for (const index of path.slice(1)) {
    const raw = types.type(at);
    if (raw.kind === kinds.array) {
      steps.push({ index });
      at = types.unwrap(types.array(at)[0]);
    } else {
      if ((raw.kind !== kinds.struct && raw.kind !== kinds.union) || index >= raw.count) return undefined;
      const member = types.member(at, index);
      if (member.name !== '') steps.push({ name: member.name, type: member.type });
      at = types.unwrap(member.type);
    }
  }
  return { ...common, steps, enumerator: undefined };
}

/** `__sk_common.skc_dport`, `counts[3]`. */
export function pathText(steps: readonly Step[]): string {
  return steps
    .map((step) => ('name' in step ? `.${step.name}` : `[${step.index}]`))
    .join('')
    .replace(/^\./, '');
}

/** `struct task_struct`, `enum bpf_func_id`, `u64`. */
export function typeText(types: BtfTypes, { type, typeName }: Pick<CoreSpec, 'type' | 'typeName'>): string {
  const { kind, flag } = types.type(type);
  if (kind === kinds.struct || (kind === kinds.forward && !flag)) return `struct ${typeName}`;
  if (kind === kinds.union || kind === kinds.forward) return `union ${typeName}`;
  return kind === kinds.enum || kind === kinds.enum64 ? `enum ${typeName}` : typeName;
}
