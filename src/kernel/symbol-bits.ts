import { nameBit, unknownName } from './changes.ts';

/** The bit of every symbol of a module or a BPF program: where one was, another may be now. */
export const moduleSymbol: number = nameBit(0);

/** What an answer rests on that holds a symbol as `KernelSymbols` give it. The kernel's own stay where they are. */
export function symbolBits(symbol: string | undefined): number {
  if (symbol === undefined) return unknownName;
  return symbol.includes('\t') ? moduleSymbol : 0;
}
