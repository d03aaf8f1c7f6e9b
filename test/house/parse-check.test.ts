import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCheck } from '../../setup/parse-check.mjs';
import { createLog } from '../../src/process/log.ts';

type Level = 'info' | 'warn' | 'error';

/** As the exporter's own log writes it: a test that only knows what it wants to read proves nothing. */
function logOf(...events: readonly `${Level} ${string}`[]): string {
  let text = '';
  const write = (line: string): void => {
    text += line;
  };
  const log = createLog({ level: 'info', format: 'json', timestamps: true, write });
  for (const event of events) {
    const [level, ...words] = event.split(' ');
    log[level as Level](words.join(' '));
  }
  return text;
}

describe('what `npm run examples -- --check` reads out of a log', () => {
  it('is that everything attaches', () => {
    const log = logOf(
      'info Started with 3 programs found in the config in 12 ms',
      'info Checked: everything loads and attaches',
    );
    assert.deepEqual(parseCheck('xdp', log), { loads: true, programs: 3, attached: 3, problems: [] });
  });

  it('is which programs do not, and why in short', () => {
    const log = logOf(
      'warn Config "pci": Cannot attach program "read" to kprobe/x: ENOENT (no such file); failed to. What to do: no kprobes: none',
      'warn Config "pci": Cannot attach program "gone" to fentry/y: the function y is not in this kernel: it was renamed',
      'info Started with 2 programs found in the config in 3 ms',
      'error Not attached: pci:read, pci:gone',
    );
    assert.deepEqual(parseCheck('pci', log), {
      loads: true,
      programs: 3,
      attached: 1,
      problems: [
        'read: kprobe/x: ENOENT (no such file): no kprobes',
        'gone: fentry/y: the function y is not in this kernel: it was renamed',
      ],
    });
  });

  it('is why an object does not load', () => {
    const log = logOf(
      'error Cannot load a.bpf.o, program "p" (fentry/f): EPERM (no). What to do: this kernel refuses; so\nthe verifier said',
      'info Started with 0 programs found in the config in 3 ms',
      'error Not loaded: a',
    );
    const problems = ['Cannot load a.bpf.o, program "p" (fentry/f): EPERM (no): this kernel refuses'];
    assert.deepEqual(parseCheck('a', log), { loads: false, programs: 0, attached: 0, problems });
  });
});
