import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkObjectFile } from '../../src/bpf/object-check.ts';
import { compileFixture, makeConfigs } from './support/configs.ts';
import { runExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

it('what compilers make of odd C is taken for sound', needs('native'), async () => {
  checkObjectFile(await compileFixture('odd-types'));
  checkObjectFile(await compileFixture('every-part'));
});

const yaml = 'metrics: {counters: [{name: marks, help: Runs}]}';

describe('an object that is damaged is an error that names it:', needs('native'), () => {
  it('one with a map of type struct_ops in .maps, which libbpf does not survive', async () => {
    const dir = await makeConfigs({ misplaced: { yaml } });
    const { code, stderr } = await runExporter({ dir, names: 'misplaced' });
    assert.match(
      stderr,
      /^ERROR Cannot open \S+\/misplaced\.bpf\.o: map "marks" is of type struct_ops in section \.maps\. What to do: SEC\("\.struct_ops"\) is needed for it$/m,
    );
    assert.equal(code, 2);
  });

  it('one whose BTF refers to a type that is not there, which it does not survive either', async () => {
    const dir = await makeConfigs({ mark: { defines: { MAP: 'marks' }, yaml } });
    const path = join(dir, 'mark.bpf.o');
    const object = readFileSync(path);
    const btf = object.indexOf(Buffer.from('9feb010018000000', 'hex'));
    // The first type is a pointer; it gets another number to point to.
    assert.equal(object[btf + 24 + 7], 2);
    object.writeUInt32LE(0x7fffffff, btf + 24 + 8);
    writeFileSync(path, object);
    const { code, stderr } = await runExporter({ dir, names: 'mark' });
    assert.match(
      stderr,
      /^ERROR Cannot open \S+\/mark\.bpf\.o: BTF: type 1 refers to type 2147483647 of \d+\. What to do: compile it again, with clang -g -O2 -target bpf$/m,
    );
    assert.equal(code, 2);
  });
});
