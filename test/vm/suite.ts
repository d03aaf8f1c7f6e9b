import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { architectureOf } from './architectures.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { formatCounts, parseCounts } from './counts.ts';
import { startGuest } from './guest.ts';
import { suiteEnvironment } from './guest-environment.ts';
import { fetchKernel, type Kernel, Unavailable } from './kernel-store.ts';
import { LinePrefix } from './line-prefix.ts';
import { root } from './place.ts';
import { commandScript, quote } from './shell.ts';
import { Signals } from './signals.ts';
import { missingForGuests } from './skip.ts';

/** Both ends of the range that Debian 12 has. */
const defaultKernels = ['6.1', '6.12'];
const defaultTimeLimitSeconds = 1500;
const bootLimitMs = 120_000;

process.exitCode = await main(process.argv.slice(2));

/** Runs the kernel suite in one guest for each kernel, side by side. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const signals = new Signals();
  try {
    const { kernels: wanted, timeLimitSeconds = defaultTimeLimitSeconds, rest } = parseArguments(args);
    const flags = rest.filter((arg) => arg.startsWith('-'));
    const files = testFiles(rest.filter((arg) => !arg.startsWith('-')));
    const missing = missingForGuests();
    if (missing !== undefined) return skip(`No kernels are tested: ${missing}`);
    const { kernels, skipped } = await fetchKernels(wanted);
    if (kernels.length === 0) return skipped;
    console.log(
      `Running ${files.length} test files on ${kernels.map(({ release }) => release).join(' and ')}`,
    );
    const results = await Promise.all(
      kernels.map((kernel) =>
        testKernel(kernel, { files, flags, limitMs: timeLimitSeconds * 1000, signals }),
      ),
    );
    for (const { report } of results) console.log(report);
    return signals.exitCode ?? (results.every(({ passed }) => passed) ? skipped : 1);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof Unavailable)) throw error;
    console.error(error.message);
    return 1;
  }
}

function testFiles(filters: readonly string[]): readonly string[] {
  const files = readdirSync(join(root, 'test/kernel'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test/kernel', file))
    .filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)))
    .sort();
  if (files.length === 0) throw new UsageError(`No kernel test's path contains ${filters.join(' or ')}`);
  return files;
}

/** Says what is not tested. The exit code: 0, unless the environment says that guests are to be there. */
function skip(what: string): number {
  const promised = process.env.KERNEL_TESTS_REQUIRE?.split(',') ?? [];
  const required = promised.includes('vm') || promised.includes('all');
  console.log(required ? `${what}, but KERNEL_TESTS_REQUIRE says that vm must be there` : `SKIPPED: ${what}`);
  return required ? 1 : 0;
}

async function fetchKernels(
  wanted: readonly string[],
): Promise<{ kernels: readonly Kernel[]; skipped: number }> {
  const kernels: Kernel[] = [];
  let skipped = 0;
  for (const series of wanted.length > 0 ? wanted : defaultKernels) {
    try {
      kernels.push(await fetchKernel(series, console.log));
    } catch (error) {
      // Who asks for a kernel wants no other answer.
      if (!(error instanceof Unavailable) || wanted.length > 0) throw error;
      skipped |= skip(`Linux ${series} is not tested: ${error.message}`);
    }
  }
  return { kernels, skipped };
}

type SuiteOptions = {
  readonly files: readonly string[];
  readonly flags: readonly string[];
  readonly limitMs: number;
  readonly signals: Signals;
};

async function testKernel(
  kernel: Kernel,
  { files, flags, limitMs, signals }: SuiteOptions,
): Promise<{ passed: boolean; report: string }> {
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const label = `${kernel.series.padEnd(4)} | `;
  const stdout = new LinePrefix(label, (text) => process.stdout.write(text));
  const stderr = new LinePrefix(label, (text) => process.stderr.write(text));
  let booted: string | undefined;
  let output = '';
  const guest = startGuest({
    kernel,
    job: { kind: 'command', script: suiteScript(kernel, files, flags) },
    bootLimitMs,
    jobLimitMs: limitMs,
    onBooted: () => {
      booted = seconds();
      console.log(`${label}booted in ${booted}`);
    },
    onOutput: (stream, bytes) => {
      if (stream === 'stdout') output += bytes.toString('latin1');
      (stream === 'stdout' ? stdout : stderr).take(bytes);
    },
  });
  const end = await signals.hold(guest);
  stdout.end();
  stderr.end();
  if (end.how === 'failure') {
    const tail = end.console.map((line) => `${label}console: ${line}\n`).join('');
    return { passed: false, report: `${tail}${label}FAILED after ${seconds()}: ${end.reason}` };
  }
  const counts = parseCounts(output);
  const outcome = counts === undefined ? `exit code ${end.code}` : formatCounts(counts);
  const report = `${label}booted in ${booted}, finished in ${seconds()}: ${outcome}`;
  return { passed: end.code === 0, report };
}

function suiteScript(kernel: Kernel, files: readonly string[], flags: readonly string[]): string {
  // One file at a time: the tests count what the whole machine does, and would see each other.
  const hook = pathToFileURL(join(import.meta.dirname, 'plain-typescript.mjs')).href;
  const runner = [
    `--import=${hook}`,
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=1',
    ...flags,
    ...files,
  ];
  const node = join(root, `node_modules/node-linux-${architectureOf(kernel.release).node}/bin/node`);
  return commandScript([node, ...runner].map(quote).join(' '), {
    directory: root,
    env: suiteEnvironment(kernel.series),
  });
}
