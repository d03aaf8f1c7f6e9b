import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecoderSpec, LabelSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { compileLabels } from './compile.ts';
import { decoderSpec, hostBytes } from './decoder-testing.ts';
import { placeInOrder } from './placed-label.ts';
import { stubSystem } from './system-testing.ts';

const uint = decoderSpec('uint');
const operation = decoderSpec('static_map', { staticMap: new Map([['1', 'read']]) });
const onlyKworkers = decoderSpec('regexp', { regexps: ['^kworker'] });

test('labels are decoded at their offsets, paddings skipped', () => {
  const labels = compile(
    label('cpu', 2, [uint], 2),
    label('op', 4, [uint, operation]),
    label('name', 4, [decoderSpec('string')], 1),
  );
  assert.equal(labels.size, 13);
  assert.deepEqual(labels.names, ['cpu', 'op', 'name']);
  const key = Buffer.concat([
    hostBytes(2, 7),
    Buffer.from([0xee, 0xee]),
    hostBytes(4, 1),
    Buffer.from('sda\0\xee', 'latin1'),
  ]);
  assert.deepEqual(decode(labels, key), ['7', 'read', 'sda']);
});

test('no labels take no bytes and give no values', () => {
  const labels = compile();
  assert.equal(labels.size, 0);
  assert.deepEqual(decode(labels, Buffer.alloc(4)), []);
});

test('a key may be longer than the labels', () => {
  assert.deepEqual(decode(compile(label('id', 1, [uint])), Buffer.from([5, 9, 9])), ['5']);
});

test('a key that is too short is an error', () => {
  const labels = compile(label('id', 8, [uint], 4));
  assert.throws(() => decode(labels, Buffer.alloc(8)), {
    code: 'decode',
    message: 'Cannot decode a key of 8 bytes: its labels take 12',
  });
});

test('a decoder that skips drops the whole key', () => {
  const labels = compile(label('comm', 8, [decoderSpec('string'), onlyKworkers]), label('id', 1, [uint]));
  assert.equal(decode(labels, Buffer.from('bash\0\0\0\0\x01')), 'skip');
  assert.deepEqual(decode(labels, Buffer.from('kworker\0\x01')), ['kworker', '1']);
});

test('the text of one decoder is the UTF-8 bytes of the next', () => {
  const map = decoderSpec('static_map', { staticMap: new Map([['1', 'é']]) });
  assert.deepEqual(decode(compile(label('hex', 1, [uint, map, decoderSpec('hex')])), Buffer.from([1])), [
    'c3a9',
  ]);
});

test('bytes reach the next decoder as they are', () => {
  const labels = compile(label('hex', 4, [decoderSpec('string'), decoderSpec('hex')]));
  assert.deepEqual(decode(labels, Buffer.from([0xff, 0xfe, 0, 1])), ['fffe']);
});

test('a value keeps nothing of the key', () => {
  const labels = compile(label('name', 4, [decoderSpec('string')]));
  const key = Buffer.from('eth0');
  const values = decode(labels, key);
  key.fill('x');
  assert.deepEqual(values, ['eth0']);
});

test('an error names the label and the decoder, and keeps its cause', () => {
  const labels = compile(label('id', 1, [uint]), label('port', 3, [uint]));
  assert.throws(
    () => decode(labels, Buffer.alloc(4)),
    (error) =>
      error instanceof ExporterError &&
      error.code === 'decode' &&
      error.message === 'Cannot decode label "port": uint needs 1, 2, 4 or 8 bytes, got 3' &&
      error.cause instanceof ExporterError,
  );
});

test('an error of the system is a decode error too', () => {
  const interfaces = {
    ...stubSystem.interfaces,
    name: () => {
      throw new Error('EIO');
    },
  };
  const labels = compileLabels(placeInOrder([label('nic', 4, [decoderSpec('ifname')])]), {
    ...stubSystem,
    interfaces,
  });
  assert.throws(() => decode(labels, Buffer.alloc(4)), {
    code: 'decode',
    message: 'Cannot decode label "nic": ifname: EIO',
  });
});

test('what may change is listed once', () => {
  const labels = compile(
    label('nic', 4, [decoderSpec('ifname')]),
    label('peer', 4, [decoderSpec('ifname')]),
    label('function', 8, [decoderSpec('ksym')]),
    label('stack', 8, [decoderSpec('kstack')]),
    label('id', 8, [uint]),
  );
  assert.deepEqual(labels.changing, [stubSystem.interfaces, stubSystem.symbols]);
  assert.deepEqual(compile(label('id', 8, [uint])).changing, []);
});

function label(name: string, size: number, decoders: readonly DecoderSpec[], padding = 0): LabelSpec {
  return { name, size, padding, decoders };
}

function compile(...labels: readonly LabelSpec[]): ReturnType<typeof compileLabels> {
  return compileLabels(placeInOrder(labels), stubSystem);
}

function decode(labels: ReturnType<typeof compileLabels>, key: Buffer): readonly string[] | 'skip' {
  const out: string[] = [];
  return labels.decode(key, out) ? out : 'skip';
}
