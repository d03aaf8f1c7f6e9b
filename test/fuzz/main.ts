import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { fuzzObjects } from './objects.ts';

/**
 * `npm run fuzz [-- --seconds=60 --objects=10000 --seed=N]`: damaged objects, then random configs, labels, keys and
 * values for a bounded time. Fails when anything throws what it should not, takes too long, ends the process, or makes a
 * page that a parser refuses. The seed repeats a run.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string' }, objects: { type: 'string' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds ?? 60);
const objects = Number(values.objects ?? 10_000);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const roundLimitMs = 10_000;

let round = 'its start';
console.log(`Fuzzing ${objects} objects, and the rest for ${seconds} s, with --seed=${seed}`);
console.log(await fuzzObjects(seed, objects).catch(fail));
const worker = new Worker(new URL('rounds.ts', import.meta.url), { workerData: { seconds, seed } });
const hangs = (): void => fail(new Error(`${round} takes longer than ${roundLimitMs} ms`));
let timer = setTimeout(hangs, roundLimitMs);
worker.on('message', (message: string) => {
  round = message;
  clearTimeout(timer);
  timer = setTimeout(hangs, roundLimitMs);
});
worker.on('error', fail);
worker.on('exit', (code) => {
  clearTimeout(timer);
  console.log(`${code === 0 ? 'Nothing found; the last was' : 'Stopped at'} ${round}`);
  process.exitCode = code;
});

function fail(thrown: unknown): void {
  console.error(`At ${round} of --seed=${seed}:`, thrown);
  process.exit(1);
}
