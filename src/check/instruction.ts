/** One instruction of BPF (Documentation/bpf/standardization/instruction-set.rst in the kernel tree). */
export type Instruction = {
  readonly code: number;
  readonly target: number;
  readonly source: number;
  /** Signed: of a jump in instructions, of a load or store in bytes. */
  readonly offset: number;
  readonly immediate: number;
};

export const instructionBytes = 8;

/** The classes, in the lowest three bits of the code. */
export const classes = {
  load: 0,
  loadMemory: 1,
  store: 2,
  storeRegister: 3,
  alu: 4,
  jump: 5,
  jump32: 6,
  alu64: 7,
} as const;

export const codes = {
  loadImmediate64: 0x18,
  exit: 0x95,
  call: 0x85,
  goto: 0x05,
  gotoFar: 0x06,
  gotoRegister: 0x0d,
} as const;

/** What the source register of a call or of a load of 64 bits says. */
export const pseudo = { helper: 0, call: 1, kernelFunction: 2, functionAddress: 4 } as const;

export function decode(bytes: Buffer, at: number): Instruction {
  const registers = bytes[at + 1]!;
  return {
    code: bytes[at]!,
    target: registers & 0xf,
    source: registers >> 4,
    offset: bytes.readInt16LE(at + 2),
    immediate: bytes.readInt32LE(at + 4),
  };
}
