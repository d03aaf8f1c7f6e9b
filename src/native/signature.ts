/**
 * C prototypes as types: a table of `'int (int fd, void *key)'` strings is both what koffi links and what TypeScript
 * checks. Understood: `void`, `bool`, the integer types below, `char *` (text) and any other pointer.
 */

/** An address in C memory that we do not own unless a docstring says so. */
export type Pointer = bigint;

type Integer = 'int' | 'uint32_t' | 'size_t';
type Trim<S extends string> = S extends ` ${infer T}` | `${infer T} ` ? Trim<T> : S;
type Bare<S extends string> = Trim<S extends `const ${infer T}` ? T : S>;

/** A buffer is passed without a copy: C reads and writes its memory during the call. */
type In<S extends string> =
  Bare<S> extends `char *${string}`
    ? string | Uint8Array | null
    : Bare<S> extends `${string}*${string}`
      ? Pointer | Uint8Array | null
      : Bare<S> extends `uint64_t ${string}`
        ? number | bigint
        : Bare<S> extends `${Integer} ${string}`
          ? number
          : Bare<S> extends `bool ${string}`
            ? boolean
            : never;

type Out<S extends string> = S extends 'void'
  ? // biome-ignore lint/suspicious/noConfusingVoidType: it is the return type of a function
    void
  : S extends 'bool'
    ? boolean
    : S extends 'const char *'
      ? string | null
      : S extends `${string}*`
        ? Pointer | null
        : S extends Integer
          ? number
          : never;

type Params<S extends string> =
  Trim<S> extends 'void' | ''
    ? []
    : S extends `${infer Head},${infer Tail}`
      ? [In<Trim<Head>>, ...Params<Tail>]
      : [In<Trim<S>>];

type Fn<S> = S extends `${infer Result}(${infer Args})`
  ? (...args: Params<Args>) => Out<Trim<Result>>
  : never;

export type Linked<Table extends Record<string, string>> = {
  readonly [Name in keyof Table]: Fn<Table[Name]>;
};
