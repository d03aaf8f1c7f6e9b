import { writeFileSync } from 'node:fs';
import { ExporterError, messageOf } from '../errors.ts';
import { initConfig } from '../init/init-config.ts';
import { defineCommand, parseCommand } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';

/** `ebpf_exporter init OBJECT.bpf.o`: writes the configuration that fits an object. Returns the exit code. */
export async function init(args: readonly string[]): Promise<number> {
  const command = defineCommand(
    'init',
    'Writes the configuration that fits an object, by its BTF and its code. What it guessed is marked.',
    '[--output=FILE] [--force] OBJECT.bpf.o',
  )
    .argument('<OBJECT.bpf.o>', 'object made by clang -g -target bpf')
    .option('--output <file>', 'where to write; - for the terminal. Without it, NAME.yaml beside the object')
    .option('--force', 'write over a file that is there', false);
  const exitCode = parseCommand(command, args);
  if (exitCode !== undefined) return exitCode;
  const object = command.args[0]!;
  const { output = object.replace(/(\.bpf)?\.o$/, '.yaml'), force } = command.opts<{
    output?: string;
    force: boolean;
  }>();
  try {
    const { yaml, draft } = initConfig(object);
    if (output === '-') process.stdout.write(yaml);
    else {
      write(output, yaml, force);
      const kinds = (['counter', 'gauge', 'histogram'] as const).map(
        (kind) => [kind, draft.metrics.filter((metric) => metric.kind === kind).length] as const,
      );
      const what = [...kinds, ['span', draft.spans.length] as const]
        .filter(([, number]) => number > 0)
        .map(([kind, number]) => `${number} ${kind}${number === 1 ? '' : 's'}`);
      process.stdout.write(`Wrote ${output}: ${what.join(', ')}; look at the lines with "guess"\n`);
    }
    return exitCodes.ok;
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    process.stderr.write(`${thrown.message}\n`);
    return exitCodes.usage;
  }
}

function write(output: string, yaml: string, force: boolean): void {
  try {
    writeFileSync(output, yaml, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = isThere
      ? 'it is there already; --force writes over it, --output=FILE elsewhere'
      : messageOf(cause);
    throw new ExporterError('usage', `Cannot write ${output}: ${why}`, { cause });
  }
}
