import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCheck } from '../../setup/parse-check.mjs';

describe('what `npm run examples -- --check` reads out of a log', () => {
  it('is that everything attaches', () => {
    const log =
      'INFO  Started with 3 programs found in the config in 12 ms\nINFO  Checked: everything loads and attaches\n';
    assert.deepEqual(parseCheck('xdp', log), { loads: true, programs: 3, attached: 3, problems: [] });
  });

  it('is which programs do not, and why in short', () => {
    const log = `WARN  Config "pci": Cannot attach program "read" to kprobe/x: ENOENT (no such file); failed to. What to do: no kprobes: none
WARN  Config "pci": Cannot attach program "gone" to fentry/y: the function y is not in this kernel: it was renamed
INFO  Started with 2 programs found in the config in 3 ms
ERROR Not attached: pci:read, pci:gone
`;
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
    const log = `ERROR Cannot load a.bpf.o, program "p" (fentry/f): EPERM (no). What to do: this kernel refuses; so
INFO  Started with 0 programs found in the config in 3 ms
ERROR Not loaded: a
`;
    const problems = ['Cannot load a.bpf.o, program "p" (fentry/f): EPERM (no): this kernel refuses'];
    assert.deepEqual(parseCheck('a', log), { loads: false, programs: 0, attached: 0, problems });
  });
});
