import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createBpfContext } from '../../src/bpf/context.ts';
import { LibbpfLog } from '../../src/bpf/libbpf-log.ts';
import { OpenedObject } from '../../src/bpf/object.ts';
import { ExporterError } from '../../src/errors.ts';
import { openNative } from '../../src/native/library.ts';
import { dice } from '../support/dice.ts';
import { damage } from './damage.ts';

/**
 * node open-objects.ts SCRATCH SEED COUNT OBJECT...: opens damaged objects one after the other, and loads some of them
 * when it is root. Its parent knows from the last line which one ended it. Prints how many were accepted.
 */
const [scratch = '', seed = '', count = '', ...objects] = process.argv.slice(2);
const sound = objects.map((path) => readFileSync(path));
/** Loading takes the kernel fifty times longer than opening takes libbpf. */
const loadedOneIn = process.getuid?.() === 0 ? 20 : Number.POSITIVE_INFINITY;

const native = openNative();
const context = createBpfContext(
  native,
  LibbpfLog.open(native, () => {}),
);
const done = { opened: 0, loaded: 0 };
for (let round = 0; round < Number(count); round++) {
  writeSync(1, `${round}\n`);
  const random = dice(Number(seed) + round);
  writeFileSync(scratch, damage(random.pick(sound), random));
  try {
    const opened = OpenedObject.open(context, scratch, undefined);
    done.opened++;
    if (done.opened % loadedOneIn === 0) {
      opened.load().close();
      done.loaded++;
    } else opened.close();
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
  }
}
writeSync(1, `${done.opened} opened, ${done.loaded} loaded\n`);
