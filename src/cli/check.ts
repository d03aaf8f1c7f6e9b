import { type Checked, checkFiles } from '../check/check-files.ts';
import { findFiles } from '../check/find-files.ts';
import { type Kernel, openKernel } from '../check/kernel.ts';
import { layoutLines } from '../check/layout-lines.ts';
import { formatProblem } from '../config/problem.ts';
import { ExporterError } from '../errors.ts';
import { defineCommand, parseCommand } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';

const nothing = { warnings: [], object: undefined, layouts: [] };

/** `ebpf_exporter check CONFIG...`: prints what is wrong with configs and objects. Returns the exit code. */
export async function check(args: readonly string[]): Promise<number> {
  const command = defineCommand(
    'check',
    'Says what is wrong with configs and objects, without root and without loading them.',
    '[--config.dir=DIRECTORY] [--btf=FILE] CONFIG...',
  )
    .argument('<CONFIG...>', 'name of a config in the directory, or path of a YAML file or an object')
    .option('--config.dir <directory>', 'directory of the configs that are given by name')
    .option(
      '--btf <path>',
      "the kernel that they are for, in place of this machine's: a copy of its /sys/kernel/btf/vmlinux, or of that directory",
    )
    .option(
      '--layout',
      'show where the labels and the value of each metric lie in the entries of its map',
      false,
    );
  const exitCode = parseCommand(command, args);
  if (exitCode !== undefined) return exitCode;
  const flags = command.opts();
  try {
    const kernel = openKernel(flags.btf);
    const wrong = command.args.filter((argument) => {
      const files = findFiles(argument, flags['config.dir']);
      const checked = 'message' in files ? { ...nothing, problems: [files] } : checkFiles(files, kernel);
      report(argument, checked, flags.layout);
      return checked.problems.length > 0;
    }).length;
    print(summary(kernel, command.args.length, wrong));
    return wrong === 0 ? exitCodes.ok : exitCodes.usage;
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    process.stderr.write(`error: ${thrown.message}\n`);
    return exitCodes.usage;
  }
}

function report(
  argument: string,
  { problems, warnings, object, layouts }: Checked,
  withLayout: boolean,
): void {
  for (const warning of warnings) print(`${formatProblem(warning)} (a warning)`);
  for (const problem of problems) print(formatProblem(problem));
  if (problems.length === 0) {
    const counts = [counted(object?.programs.length ?? 0, 'program'), counted(layouts.length, 'metric')];
    print(`${argument}: nothing is wrong (${counts.join(', ')})`);
  }
  if (withLayout) for (const line of layouts.flatMap(layoutLines)) print(line);
}

/** The last line: what was looked at, and what could not be. */
function summary({ name, types, isOwn, hasAllModules }: Kernel, all: number, wrong: number): string {
  const result = wrong === 0 ? 'nothing is wrong' : `something is wrong with ${wrong}`;
  const against =
    types === undefined
      ? `${name}, which has no BTF: what programs want of it was not looked at; --btf takes that of another`
      : name;
  const modules =
    isOwn || hasAllModules || wrong === 0
      ? ''
      : '; its modules have BTF of their own, --btf takes a copy of the whole directory /sys/kernel/btf too';
  return `${all} checked against ${against}: ${result}${modules}`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
