import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const metric =
  'metrics: {counters: [{name: values, help: Values, labels: [{name: place, size: 4, decoders: [{name: uint}]}]}]}';
const configs = (more: string): Promise<string> =>
  makeConfigs({ variables: { yaml: `${metric}\n${more}\n` } });

describe('before it loads, a program gets', needs(), () => {
  it('its variables and room in its maps', async () => {
    const dir = await configs(`
maps: {values: {max_entries: 8}}
variables: {wide: 0xffffffff00, negative: -300, on: yes, color: BLUE, text: abcd, list: [1, 2], written: 6}`);
    await using exporter = await startExporter({ dir, names: 'variables' });
    const page = await exporter.scrape();
    const values = Array.from(
      { length: 8 },
      (_, place) => page.samples('ebpf_exporter_values', { place: `${place}` })[0]?.value,
    );
    assert.deepEqual(values, [0xffffffff00, 300, 1, 7, 'd'.charCodeAt(0), 2, 0, 6]);
  });

  const refused: readonly [it: string, yaml: string, message: RegExp][] = [
    [
      'no variable that it has not',
      'variables: {widee: 1}',
      /Cannot set variable "widee" of \S+: the object has no such global variable/,
    ],
    [
      'no value that does not fit',
      'variables: {negative: 40000}',
      /Cannot set variable "negative" of \S+: it is s16 negative; a whole number from -32768 to 32767 is needed/,
    ],
    [
      'no settings for a map that it has not',
      'maps: {value: {max_entries: 8}}',
      /\S+ has no map "value", for which there are settings; its maps: "values"/,
    ],
  ];
  for (const [what, yaml, message] of refused) {
    it(what, async () => {
      const { code, stderr } = await runExporter({ dir: await configs(yaml), names: 'variables' });
      assert.match(stderr, message);
      assert.equal(code, 2);
    });
  }
});
