import type { Pointer } from '../native/signature.ts';
import type { BpfContext } from './context.ts';
import type { LoadedProgram } from './loaded-object.ts';

/**
 * What attaches one program: hands each call of libbpf that makes a link to `link`, which throws when there is none.
 * Throws `program_attach` for what it finds out by itself.
 */
export type Attacher = (
  context: BpfContext,
  program: LoadedProgram,
  link: (attach: () => Pointer | null) => void,
) => void;
