import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFiles } from './find-files.ts';

const found: readonly [argument: string, yaml: string | undefined, object: string][] = [
  ['x', 'dir/x.yaml', 'dir/x.bpf.o'],
  ['some/x.yaml', 'some/x.yaml', 'some/x.bpf.o'],
  ['x.yaml', 'x.yaml', 'x.bpf.o'],
  ['some/x.bpf.o', undefined, 'some/x.bpf.o'],
  ['some/x.o', undefined, 'some/x.o'],
];
for (const [argument, yaml, object] of found) {
  test(`${argument} is ${yaml === undefined ? '' : `the config ${yaml} and `}the object ${object}`, () => {
    const files = findFiles(argument, 'dir');
    assert.ok('object' in files);
    assert.deepEqual([files.name, files.yaml, files.object], ['x', yaml, object]);
  });
}

const refused: readonly [argument: string, says: RegExp][] = [
  ['x', /needs --config\.dir/],
  ['x.bpf.c', /x\.bpf\.o, compiled from it, is/],
  ['some/x', /NAME\.yaml or NAME\.bpf\.o is needed/],
  ['', /NAME\.yaml or NAME\.bpf\.o is needed/],
];
for (const [argument, says] of refused) {
  test(`"${argument}" without a directory is refused`, () => {
    const files = findFiles(argument, undefined);
    assert.ok('message' in files);
    assert.match(files.message, says);
  });
}
