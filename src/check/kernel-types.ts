import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BtfTable } from '../bpf/btf-table.ts';
import { ExporterError, messageOf } from '../errors.ts';
import { BtfTypes } from './btf-types.ts';

/** The BTF of a kernel, then that of its modules, each read when the one before did not have the answer. */
export type KernelTypes = Iterable<BtfTypes>;

/**
 * Of a file: BTF as it is, or an ELF file with it, such as an unstripped vmlinux; or of a copy of the directory, with the
 * modules. Throws `usage`.
 */
export function kernelTypesOf(file: string): KernelTypes {
  try {
    if (statSync(file).isDirectory()) return typesBelow(file);
    return [new BtfTypes(new BtfTable(btfIn(readFileSync(file))))];
  } catch (cause) {
    throw new ExporterError(
      'usage',
      `--btf ${file}: ${messageOf(cause).replace(/\. What to do: .*/s, '')}; a copy of a kernel's /sys/kernel/btf/vmlinux, or of that directory, is needed`,
      { cause },
    );
  }
}

/** Of this machine; undefined when its kernel has none. */
export function ownKernelTypes(): KernelTypes | undefined {
  try {
    return typesBelow('/sys/kernel/btf');
  } catch {
    return undefined;
  }
}

/** Of a directory with `vmlinux` and files of modules. */
function typesBelow(directory: string): KernelTypes {
  const kernel = new BtfTypes(new BtfTable(readFileSync(join(directory, 'vmlinux'))));
  const read: BtfTypes[] = [kernel];
  const unread = readdirSync(directory).filter((name) => name !== 'vmlinux');
  return {
    *[Symbol.iterator]() {
      yield* read;
      for (let module = unread.pop(); module !== undefined; module = unread.pop()) {
        const types = moduleTypes(join(directory, module), kernel);
        if (types === undefined) continue;
        read.push(types);
        yield types;
      }
    },
  };
}

/** Undefined for a module that has just gone. */
function moduleTypes(path: string, kernel: BtfTypes): BtfTypes | undefined {
  try {
    return new BtfTypes(new BtfTable(readFileSync(path), { split: true }), kernel);
  } catch {
    return undefined;
  }
}

/** The section `.BTF` of an ELF file of 64 bits, or all of what is no ELF file. */
function btfIn(bytes: Buffer): Buffer {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return bytes;
  const at = Number(bytes.readBigUInt64LE(40));
  const section = (index: number): { name: number; data: Buffer } => {
    const header = at + index * 64;
    const offset = Number(bytes.readBigUInt64LE(header + 24));
    const size = Number(bytes.readBigUInt64LE(header + 32));
    return { name: bytes.readUInt32LE(header), data: bytes.subarray(offset, offset + size) };
  };
  const names = section(bytes.readUInt16LE(62)).data;
  for (let index = 1; index < bytes.readUInt16LE(60); index++) {
    const { name, data } = section(index);
    if (names.toString('latin1', name, names.indexOf(0, name)) === '.BTF') return data;
  }
  throw new Error('it is an ELF file without a section .BTF');
}
