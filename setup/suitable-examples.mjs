import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, version } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { step } from './announce.mjs';
import { filesBelow, root, sourceFiles } from './place.mjs';

const memory = join(root, 'build/suitable-examples.json');

/**
 * An example suits the running kernel when all of its programs really load and attach.
 * @typedef {object} Trial
 * @property {string} key what the outcome depends on
 * @property {string} [reason] why it does not suit; absent when it does
 */

/**
 * Tries every example, or remembers how the trial went.
 * @returns {Promise<{suitable: string[], leftOut: {name: string, reason: string}[]}>}
 */
export async function suitableExamples() {
  const files = filesBelow('examples');
  const names = files
    .filter((file) => file.endsWith('.bpf.o') && files.includes(file.replace(/\.bpf\.o$/, '.yaml')))
    .map((file) => basename(file, '.bpf.o'))
    .sort();
  const sources = sourceFiles();
  const tracefs = existsSync('/sys/kernel/tracing/events');
  const machine = [release(), version(), `uid ${process.getuid?.()}`, `tracefs ${tracefs}`];
  const surroundings = digest([...sources, 'package-lock.json'], ...machine);
  /** @type {Record<string, Trial>} */
  const trials = readMemory();
  const intrusive = names.flatMap((name) => {
    const reason = costOf(name);
    return reason === undefined ? [] : [{ name, reason: `${reason}; it runs when it is named` }];
  });
  const quiet = names.filter((name) => !intrusive.some((one) => one.name === name));
  /** @type {Map<string, string>} */
  const keys = new Map(
    quiet.map((name) => [name, digest([`examples/${name}.yaml`, `examples/${name}.bpf.o`], surroundings)]),
  );
  const untried = quiet.filter((name) => trials[name]?.key !== keys.get(name));
  if (untried.length > 0) {
    await step(`Trying which examples suit this kernel: ${untried.join(', ')}`, async () => {
      const queue = [...untried];
      await Promise.all(
        cpus().map(async () => {
          for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
            trials[name] = { key: keys.get(name) ?? '', ...(await tryExample(name)) };
          }
        }),
      );
    });
  }
  // When nothing suits, the cause is likely not in the examples (no privilege, say): ask again next time.
  if (untried.length > 0 && quiet.some((name) => trials[name]?.reason === undefined)) {
    mkdirSync(dirname(memory), { recursive: true });
    writeFileSync(
      memory,
      JSON.stringify(Object.fromEntries(quiet.map((name) => [name, trials[name]])), null, 2),
    );
  }
  const { suitable, leftOut } = withoutClashes(quiet.map((name) => ({ name, reason: trials[name]?.reason })));
  return { suitable, leftOut: [...leftOut, ...intrusive] };
}

/**
 * Some examples are variants of one another, with metrics of the same names; the first of them runs.
 * @param {{name: string, reason: string | undefined}[]} outcomes
 */
function withoutClashes(outcomes) {
  /** @type {Map<string, string>} */
  const owners = new Map();
  const suitable = [];
  const leftOut = [];
  for (const { name, reason } of outcomes) {
    const metrics = metricNames(name);
    const taken = metrics.find((metric) => owners.has(metric));
    if (reason !== undefined) leftOut.push({ name, reason });
    else if (taken !== undefined) leftOut.push({ name, reason: `has ${taken}, as ${owners.get(taken)} has` });
    else {
      suitable.push(name);
      for (const metric of metrics) owners.set(metric, name);
    }
  }
  return { suitable, leftOut };
}

/**
 * What an example does to the whole host, when that is more than to count: its YAML begins with `# Intrusive: WHAT`.
 * @param {string} example
 */
function costOf(example) {
  return /^# Intrusive: (.*)$/m.exec(readFileSync(join(root, `examples/${example}.yaml`), 'utf8'))?.[1];
}

/**
 * Names of an example's metrics. The examples have one layout, which spares us a YAML parser.
 * @param {string} example
 */
function metricNames(example) {
  const yaml = readFileSync(join(root, `examples/${example}.yaml`), 'utf8').replace(/^tracing:.*/ms, '');
  return [...yaml.matchAll(/^ {4}- name: (\w+)/gm)].map((match) => `${match[1]}`);
}

/**
 * @param {string} name
 * @returns {Promise<{reason?: string}>}
 */
function tryExample(name) {
  const flags = ['--config.dir=examples', `--config.names=${name}`, '--config.check', '--config.strict'];
  const child = spawn(join(root, 'bin/ebpf_exporter'), [...flags, '--log.format=json'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 30_000,
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    log += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve({});
      resolve({ reason: firstProblem(log) ?? `ended by ${signal ?? `exit code ${code}`}` });
    });
  });
}

/**
 * The first line of the first warning or error in a log in JSON.
 * @param {string} log
 * @returns {string | undefined}
 */
function firstProblem(log) {
  for (const line of log.split('\n')) {
    if (!line.startsWith('{')) continue;
    const { level, msg } = JSON.parse(line);
    if (level === 'warn' || level === 'error') return msg.split('\n')[0];
  }
  return undefined;
}

/**
 * @param {string[]} files
 * @param {string[]} facts
 */
function digest(files, ...facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** @returns {Record<string, Trial>} */
function readMemory() {
  try {
    return JSON.parse(readFileSync(memory, 'utf8'));
  } catch {
    return {}; // None yet, or not readable as ours: try again.
  }
}
