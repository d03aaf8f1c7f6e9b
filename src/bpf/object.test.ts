import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fakeNative } from '../native/native-testing.ts';
import type { BpfContext } from './context.ts';
import { elf } from './elf-testing.ts';
import type { LibbpfLog } from './libbpf-log.ts';
import { OpenedObject } from './object.ts';

/** A libbpf with one empty object, and what was called of it. */
function setUp(loadResult = 0): { context: BpfContext; calls: string[] } {
  const calls: string[] = [];
  const native = fakeNative({
    bpf: {
      bpf_object__open_file: () => {
        calls.push('open');
        return 7n;
      },
      bpf_object__load: () => {
        calls.push('load');
        return loadResult;
      },
      bpf_object__close: (pointer) => {
        calls.push(`close ${pointer}`);
      },
      bpf_object__btf: () => null,
      bpf_object__next_map: () => null,
      bpf_object__next_program: () => null,
    },
  });
  const log = {
    capture: <T>(operation: () => T) => ({ result: operation(), warnings: [] }),
  } satisfies Partial<LibbpfLog>;
  const facts = (): never => assert.fail('the machine was asked');
  const kernelTypes = (): never => assert.fail("the kernel's types were asked for");
  const context: BpfContext = {
    native,
    log: log as unknown as LibbpfLog,
    facts,
    loadedTypes: new Set(),
    kernelTypes,
    forgetKernelTypes() {},
  };
  return { context, calls };
}

const directory = mkdtempSync(join(tmpdir(), 'object-'));
const path = join(directory, 'x.bpf.o');
writeFileSync(path, elf([], []));
after(() => rmSync(directory, { recursive: true }));

const open = (context: BpfContext): OpenedObject => OpenedObject.open(context, path, undefined);

test('an opened object is closed once, however often it is asked to', () => {
  const { context, calls } = setUp();
  const opened = open(context);
  opened.close();
  opened.close();
  assert.deepEqual(calls, ['open', 'close 7']);
});

test('a loaded object is closed once, by the one who has it', () => {
  const { context, calls } = setUp();
  const opened = open(context);
  const loaded = opened.load();
  opened.close();
  loaded.close();
  loaded.close();
  opened.close();
  assert.deepEqual(calls, ['open', 'load', 'close 7']);
});

test('an object that was loaded or closed is not loaded again', () => {
  const { context, calls } = setUp();
  const opened = open(context);
  opened.load();
  assert.throws(() => opened.load(), /x\.bpf\.o was loaded or closed/);
  const closed = open(context);
  closed.close();
  assert.throws(() => closed.load(), /x\.bpf\.o was loaded or closed/);
  assert.deepEqual(calls, ['open', 'load', 'open', 'close 7']);
});

test('an object that does not load is closed by that, once', () => {
  const { context, calls } = setUp(-22);
  const facts = { capabilities: 0n, hasBtf: true, hasKprobes: true, hasFunctionTracer: true } as const;
  const opened = open({ ...context, facts: () => ({ ...facts, tracefs: 'mounted', linux: '6.18' }) });
  assert.throws(() => opened.load(), {
    code: 'object_load',
    message: `Cannot load ${path}: EINVAL (invalid argument)`,
  });
  opened.close();
  assert.deepEqual(calls, ['open', 'load', 'close 7']);
});
