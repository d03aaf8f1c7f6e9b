import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeNative } from '../native/native-testing.ts';
import { replaceXdpPrograms } from './replace-xdp.ts';

/** Links are duplicated to numbers from 100 on; `refuses` is a program that no link takes. */
function given(refuses = 0) {
  const calls: string[] = [];
  const native = fakeNative({
    c: { fcntl: (fd) => fd + 100, close: (fd) => calls.push(`close ${fd}`) },
    bpf: {
      bpf_link_update(link, program) {
        calls.push(`update ${link} to ${program}`);
        return program === refuses ? -1 : 0;
      },
    },
  });
  return { native, calls };
}

const replacement = (nth: number) => ({
  name: `count${nth}`,
  section: `xdp/eth${nth}`,
  link: nth,
  oldProgram: 10 + nth,
  newProgram: 20 + nth,
});

test('a program takes the place of another at a descriptor of its own', () => {
  const { native, calls } = given();
  assert.deepEqual(replaceXdpPrograms(native, [replacement(1), replacement(2)]), [101, 102]);
  assert.deepEqual(calls, ['update 101 to 21', 'update 102 to 22']);
});

test('when one cannot, all have their places again', () => {
  const { native, calls } = given(22);
  assert.throws(() => replaceXdpPrograms(native, [replacement(1), replacement(2)]), {
    code: 'program_attach',
    message:
      'Cannot put program "count2" in the place of the one at xdp/eth2: EPERM (operation not permitted); that one stays',
  });
  assert.deepEqual(calls, [
    'update 101 to 21',
    'update 102 to 22',
    'update 102 to 12',
    'close 102',
    'update 101 to 11',
    'close 101',
  ]);
});
