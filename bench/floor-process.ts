import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Cost } from './cost.ts';
import type { Fixture } from './workspace.ts';

const commands = { fill: 'f', empty: 'e', read: 'r', text: 't' } as const;

/** floor.c on one map; see there for the commands. */
export class FloorProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(program: string, mapId: number, fixture: Fixture) {
    const child = spawn(program, [String(mapId), fixture.keysFile, '/dev/null', fixture.workload.name], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async run(command: keyof typeof commands): Promise<Cost> {
    this.#child.stdin?.write(commands[command]);
    const { done, value } = await this.#answers.next();
    if (done) throw new Error(`The C program ended instead of doing "${command}"`);
    const [cpuUs = 0, wallUs = 0] = value.split(' ').map(Number);
    return { cpuMs: cpuUs / 1000, wallMs: wallUs / 1000 };
  }

  async close(): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
