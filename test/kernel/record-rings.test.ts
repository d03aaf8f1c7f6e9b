import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { attachProgram } from '../../src/bpf/attach.ts';
import { createBpfContext } from '../../src/bpf/context.ts';
import { LibbpfLog } from '../../src/bpf/libbpf-log.ts';
import { OpenedObject } from '../../src/bpf/object.ts';
import { RecordPump } from '../../src/bpf/record-pump.ts';
import { openAllPerfOutputs } from '../../src/load/perf-outputs.ts';
import { openNative } from '../../src/native/library.ts';
import { RecordStreams } from '../../src/serve/record-streams.ts';
import { compileFixture } from './support/configs.ts';
import { needs } from './support/requirements.ts';

const recordsPerCall = 1000;
const tryAgain = 4;
/** A quarter of a second of records at 100,000 a second: other work may keep this process waiting. */
const perfPages = 512;

/** Each call of getpriority sends so many records; `rate` calls a second, or as many as there can be. */
const caller = (calls: number, rate: number): string => `
  const { getPriority } = require('node:os');
  let left = ${calls};
  const started = performance.now();
  const more = () => {
    const due = Math.min(${calls}, ${rate} * (performance.now() - started) / 1000);
    while (left > 0 && ${calls} - left < due) { getPriority(0); left--; }
    if (left > 0) setTimeout(more, 1);
  };
  more();`;

const kinds = [
  { what: 'a ring buffer', map: 'ring', program: 'flood_ring' },
  { what: 'a perf event array', map: 'perf', program: 'flood_perf' },
];

for (const { what, map, program } of kinds) {
  describe(`the records of ${what}`, needs('native'), () => {
    it('are all received or counted as lost, ten million as fast as they can be made', async () => {
      const { received, lost, ms } = await flood(map, program, 10_000_000, Number.POSITIVE_INFINITY);
      console.log(`${received} received, ${lost} lost, ${Math.round(ms)} ms`);
      assertAll(received + lost, 10_000_000);
      assert.ok(received > 100_000, `only ${received} were received`);
    });

    it('are all received, a hundred thousand a second', async () => {
      let lost = 1;
      // A machine that is busy with other things may keep this process waiting for longer than a ring lasts.
      for (let tries = 0; tries < tryAgain && lost > 0; tries++) {
        const flooded = await flood(map, program, 300_000, 100_000);
        lost = flooded.lost;
        assertAll(flooded.received + lost, 300_000);
      }
      assert.equal(lost, 0);
    });
  });
}

/** Other processes may call getpriority, too: then there are more, by whole calls. */
function assertAll(records: number, sent: number): void {
  assert.ok(records >= sent && records < 1.05 * sent, `${records} of ${sent}`);
  assert.equal(records % recordsPerCall, 0);
}

/** What a reader in this process gets of the records that another one causes. */
async function flood(map: string, program: string, records: number, perSecond: number) {
  const native = openNative();
  const log = LibbpfLog.open(native, () => {});
  const object = OpenedObject.open(
    createBpfContext(native, log),
    await compileFixture('flood', { RECORDS: String(recordsPerCall) }),
    undefined,
  ).load();
  const outputs = openAllPerfOutputs(native, object.maps, () => perfPages);
  const pump = new RecordPump(native);
  const streams = new RecordStreams({
    native,
    possibleCpus: native.bpf.libbpf_num_possible_cpus(),
    pump,
    maps: object.maps,
    perfOutputs: outputs.byMap,
    warn: assert.fail,
  });
  let received = 0;
  const stream = streams.add(object.maps.find(({ name }) => name === map)!, {
    take(bytes, offset, length) {
      assert.ok(length >= 64 && bytes.readUInt32LE(offset) < recordsPerCall);
      received++;
    },
  });
  const attached = attachProgram(
    createBpfContext(native, log),
    object.programs.find(({ name }) => name === program)!,
    { rootfs: '/', beside: '/' },
  );
  try {
    assert.equal(attached.error, undefined);
    const started = performance.now();
    const source = caller(records / recordsPerCall, perSecond / recordsPerCall);
    const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    const ms = performance.now() - started;
    attached.detach();
    await sleep(20); // the pump's own turn
    for (const _ of stream.flush());
    return { received, lost: stream.lost(), ms };
  } finally {
    attached.detach();
    streams.close();
    outputs.close();
    object.close();
    log.close();
  }
}
