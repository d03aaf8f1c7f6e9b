import { checkFiles } from '../check/check-files.ts';
import { findFiles } from '../check/find-files.ts';
import { formatProblem } from '../config/problem.ts';
import { defineCommand, parseCommand } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';

/** `ebpf_exporter check CONFIG...`: prints what is wrong with configs and objects. Returns the exit code. */
export async function check(args: readonly string[]): Promise<number> {
  const command = defineCommand(
    'check',
    'Says what is wrong with configs and objects, without root and without loading them.',
    '[--config.dir=DIRECTORY] CONFIG...',
  )
    .argument('<CONFIG...>', 'name of a config in the directory, or path of a YAML file or an object')
    .option('--config.dir <directory>', 'directory of the configs that are given by name');
  const exitCode = parseCommand(command, args);
  if (exitCode !== undefined) return exitCode;
  const configDir: string | undefined = command.opts()['config.dir'];
  let sound = true;
  for (const argument of command.args) {
    const files = findFiles(argument, configDir);
    const { problems, warnings } =
      'message' in files ? { problems: [files], warnings: [] } : checkFiles(files);
    for (const warning of warnings) print(`${formatProblem(warning)} (a warning)`);
    for (const problem of problems) print(formatProblem(problem));
    if (problems.length === 0) print(`${argument}: nothing is wrong`);
    else sound = false;
  }
  return sound ? exitCodes.ok : exitCodes.usage;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
