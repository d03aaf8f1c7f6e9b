import { test } from 'node:test';
import type { Linked, Pointer } from './signature.ts';

/** True when both types are the same, not merely assignable to each other. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

function check<_True extends true>(): void {}

type F = Linked<{
  nothing: 'void (void)';
  number: 'int (int fd, uint32_t flags, size_t size, bool on)';
  text: 'const char *(const char *name)';
  pointer: 'void *(void *to, const void *from, uint32_t *size)';
  wide: 'void (uint64_t count)';
  yes: 'bool (const void *program)';
  unknown: 'float (int x)';
}>;

// tsc checks these; there is nothing to run.
test('C prototypes become TypeScript functions', () => {
  type Bytes = Pointer | Uint8Array | null;
  check<Same<F['nothing'], () => void>>();
  check<Same<Parameters<F['number']>, [number, number, number, boolean]>>();
  check<Same<ReturnType<F['number']>, number>>();
  check<Same<F['text'], (name: string | Uint8Array | null) => string | null>>();
  check<Same<Parameters<F['pointer']>, [Bytes, Bytes, Bytes]>>();
  check<Same<ReturnType<F['pointer']>, bigint | null>>();
  check<Same<Parameters<F['wide']>, [number | bigint]>>();
  check<Same<ReturnType<F['yes']>, boolean>>();
});

test('wrong calls do not compile', () => {
  const calls = (f: F): void => {
    // @ts-expect-error a text is not an address
    f.pointer('text', null, null);
    // @ts-expect-error an argument is missing
    f.number(1, 2, 3);
    // @ts-expect-error an address is not a number
    f.number(1n, 2, 3, true);
    // @ts-expect-error nothing is taken
    f.nothing(1);
    // @ts-expect-error a result that the table does not know cannot be used
    f.unknown(1).toFixed();
    // @ts-expect-error the table is not to be changed
    f.nothing = () => {};
  };
  void calls;
});
