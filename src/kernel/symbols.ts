import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { Changes, unknownName } from './changes.ts';
import { readKallsyms } from './kallsyms.ts';
import { moduleSymbol } from './symbol-bits.ts';
import { SymbolTable } from './symbol-table.ts';
import type { KernelSymbols } from './system.ts';

const shortestWaitMs = 10_000;
const longestWaitMs = 600_000;
/** Kernel addresses have the top bit set on x86_64 and arm64; the rest of the address space is user space. */
const kernelSpace = 1n << 63n;

export type SymbolsOptions = {
  readonly root: string;
  readonly warn: (message: string) => void;
  /** /proc/kallsyms, opened by someone with the right to see addresses; it stays the caller's. */
  readonly file?: number | undefined;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
};

/**
 * The symbols of /proc/kallsyms, read when first asked for.
 *
 * A miss reads them again, for the modules and BPF programs that came later, but never within 10 seconds of the last
 * reading. After a reading that found nothing new it takes a change of /proc/modules, or a wait that doubles up to 10
 * minutes. `refresh` does the same for who keeps answers.
 */
export class Symbols implements KernelSymbols {
  readonly changes: Changes = new Changes();
  readonly #root: string;
  readonly #warn: (message: string) => void;
  readonly #file: number | undefined;
  readonly #nowMs: () => number;
  #table: SymbolTable | undefined;
  #modules = '';
  /** Whether an answer since the last reading may be wrong or missing for want of a newer one. */
  #missed = false;
  #readAtMs = 0;
  #waitMs = shortestWaitMs;
  #warned = false;

  constructor({ root, warn, file, nowMs = () => performance.now() }: SymbolsOptions) {
    this.#root = root;
    this.#warn = warn;
    this.#file = file;
    this.#nowMs = nowMs;
  }

  refresh(): void {
    if (this.#table === undefined || !this.#waited(shortestWaitMs)) return;
    // Who asked keeps the answer, so that an unknown address is not asked for again.
    if (this.#modulesChanged() || (this.#missed && this.#waited(this.#waitMs))) this.#read();
  }

  at(address: bigint): string | undefined {
    return address < kernelSpace ? undefined : this.#find((table) => table.at(address));
  }

  covering(address: bigint): string | undefined {
    if (address < kernelSpace) return undefined;
    const name = this.#find((table) => table.covering(address));
    // Programs come and go where others were: the one that we know may not be the one that is there now.
    if (name?.endsWith('[bpf]')) this.#missed = true;
    return name;
  }

  addressOf(name: string): bigint | undefined {
    return this.#find((table) => table.addressOf(name));
  }

  #find<T>(look: (table: SymbolTable) => T | undefined): T | undefined {
    const found = look(this.#table ?? this.#read());
    if (found !== undefined) return found;
    const again = this.#waited(shortestWaitMs) && (this.#waited(this.#waitMs) || this.#modulesChanged());
    const answer = again ? look(this.#read()) : undefined;
    if (answer === undefined) this.#missed = true;
    return answer;
  }

  #waited(ms: number): boolean {
    return this.#nowMs() - this.#readAtMs >= ms;
  }

  #modulesChanged(): boolean {
    return loadedModules(this.#root) !== this.#modules;
  }

  #read(): SymbolTable {
    // The list first: a module that loads in between shows as a change later.
    this.#modules = loadedModules(this.#root);
    const before = this.#table;
    // What we knew is worth more than nothing when the file closes to us.
    const table = this.#readTable() ?? before ?? SymbolTable.empty;
    this.#readAtMs = this.#nowMs();
    this.#missed = false;
    this.#table = table;
    const changed = before === undefined || !table.equals(before);
    this.#waitMs = changed ? shortestWaitMs : Math.min(this.#waitMs * 2, longestWaitMs);
    if (changed && before !== undefined) this.changes.note(unknownName | moduleSymbol);
    return table;
  }

  #readTable(): SymbolTable | undefined {
    const path = join(this.#root, 'proc/kallsyms');
    try {
      const table = new SymbolTable(readKallsyms(this.#file ?? path));
      if (!table.hidden) return table;
      this.#warnOnce(
        `Kernel symbols stay unknown: every address in ${path} reads as zero; ` +
          'CAP_SYSLOG is needed when the exporter starts, and kernel.kptr_restrict below 2',
      );
    } catch (error) {
      this.#warnOnce(`Kernel symbols stay unknown: ${messageOf(error)}`);
    }
    return undefined;
  }

  #warnOnce(message: string): void {
    if (!this.#warned) this.#warn(message);
    this.#warned = true;
  }
}

/** Names and addresses of the loaded modules, without the counters that change all the time; empty on kernels without modules. */
function loadedModules(root: string): string {
  try {
    const lines = readFileSync(join(root, 'proc/modules'), 'utf8').split('\n');
    return lines
      .map((line) => line.split(' '))
      .map((fields) => `${fields[0]} ${fields[5]}`)
      .join('\n');
  } catch {
    return '';
  }
}
