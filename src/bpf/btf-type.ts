/* Types as BTF describes them: plain data, which survives `structuredClone`. */

type Common = {
  /** The typedefs that lead to the type, the outermost first: `__be32`, `__u32`. */
  readonly typedefs: readonly string[];
  /** The type's own name, `unsigned int` or `key_t`; empty when it has none. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
};

export type IntegerType = Common & {
  readonly kind: 'integer';
  readonly signed: boolean;
  readonly encoding: 'number' | 'char' | 'bool';
};
export type EnumType = Common & {
  readonly kind: 'enum';
  readonly signed: boolean;
  /** In the order of the source. Several names may have one value. */
  readonly values: readonly { readonly name: string; readonly value: bigint }[];
};
export type ArrayType = Common & {
  readonly kind: 'array';
  readonly element: BtfType;
  readonly length: number;
};
/** A section of global variables, `.bss`, is a struct of them. */
export type StructType = Common & {
  readonly kind: 'struct' | 'union';
  readonly members: readonly BtfField[];
};
/** Its `name` is that of what it points to, as C writes it. */
export type PointerType = Common & { readonly kind: 'pointer' };
export type FloatType = Common & { readonly kind: 'float' };
/** What has no bytes to look at: void, a function, a struct that is only declared. */
export type OpaqueType = Common & { readonly kind: 'opaque' };

export type BtfType = IntegerType | EnumType | ArrayType | StructType | PointerType | FloatType | OpaqueType;

/** A member of a struct, or a part of one. */
export type BtfField = {
  /** Empty for a struct or union without a name, whose members C reaches as if they were of the outer one. */
  readonly name: string;
  /** From the start of what it is in. A whole number of bytes, unless it is a bit field. */
  readonly bitOffset: number;
  /** Smaller than its type for a bit field only. */
  readonly bitSize: number;
  readonly type: BtfType;
};

/** What C calls a type: `u32`, `struct key_t`, `char[16]`. */
export function typeName(type: BtfType): string {
  const [typedef] = type.typedefs;
  if (typedef !== undefined) return typedef;
  switch (type.kind) {
    case 'array':
      return arrayName(type, '');
    case 'pointer':
      return type.name.endsWith('*') ? `${type.name}*` : `${type.name} *`;
    case 'struct':
    case 'union':
    case 'enum':
      return `${type.kind} ${type.name}`.trimEnd();
    default:
      return type.name;
  }
}

/** C writes the length of the outer array first: `u32[2][3]` has two arrays of three. */
function arrayName({ element, length }: ArrayType, outer: string): string {
  const lengths = `${outer}[${length}]`;
  return element.kind === 'array' && element.typedefs.length === 0
    ? arrayName(element, lengths)
    : typeName(element) + lengths;
}

/** `u32 dev`, `unsigned int low:3`: a field as a struct declares it. */
export function declaration({ name, bitSize, type }: BtfField): string {
  const bits = isBitField({ bitSize, type }) ? `:${bitSize}` : '';
  return `${typeName(type)} ${name}`.trimEnd() + bits;
}

export function isBitField({ bitSize, type }: Pick<BtfField, 'bitSize' | 'type'>): boolean {
  return bitSize !== type.size * 8;
}
