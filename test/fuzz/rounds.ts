import { parentPort, workerData } from 'node:worker_threads';
import { dice } from '../support/dice.ts';
import { fuzzConfig } from './configs.ts';
import { fuzzHeaders } from './headers.ts';
import { PageJudges } from './page-judges.ts';
import { fuzzPage } from './pages.ts';

const { seconds, seed } = workerData as { seconds: number; seed: number };
const end = Date.now() + seconds * 1000;
const judges = new PageJudges();

Error.stackTraceLimit = 20;
for (let round = 0; Date.now() < end; round++) {
  parentPort?.postMessage(`round ${round}`);
  const random = dice(seed + round);
  fuzzConfig(random);
  fuzzHeaders(random);
  const pages = fuzzPage(random);
  if (round % 50 === 0) judges.keep(pages);
}
parentPort?.postMessage('the judging of pages by other parsers');
console.log(judges.judge());
