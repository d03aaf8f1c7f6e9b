import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('kaddrs', needs(), () => {
  it('writes the addresses of kernel symbols into the program, where ksym finds the names again', async () => {
    await using exporter = await startExporter({ dir: await configs('schedule, kfree'), names: 'kaddrs' });
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_addresses', { name: 'schedule' }), addressOf('schedule'));
    assert.equal(page.sum('ebpf_exporter_addresses', { name: 'kfree' }), addressOf('kfree'));
  });

  const refused: readonly [what: string, symbol: string, message: RegExp][] = [
    [
      'a symbol that the kernel lacks',
      'no_such_symbol',
      /^ERROR Config "kaddrs": kaddrs symbol "no_such_symbol" is not in \/proc\/kallsyms/m,
    ],
    [
      'a variable that the object lacks',
      'vfree',
      /^ERROR Cannot set kaddr_vfree of .*kaddrs\.bpf\.o: the object has no such variable; kaddrs needs "const volatile u64 kaddr_vfree"$/m,
    ],
    [
      'a variable that is too short',
      'vmalloc_to_page',
      /^ERROR Cannot set kaddr_vmalloc_to_page of .*: it has 4 bytes; kaddrs needs/m,
    ],
  ];
  for (const [what, symbol, message] of refused) {
    it(`refuses ${what}`, async () => {
      const { code, stderr } = await runExporter({
        dir: await configs(`schedule, ${symbol}`),
        names: 'kaddrs',
      });
      assert.match(stderr, message);
      assert.equal(code, 2);
    });
  }
});

function configs(symbols: string): Promise<string> {
  const label = '{name: name, size: 8, decoders: [{name: ksym}]}';
  const yaml = `
metrics: {counters: [{name: addresses, help: Addresses, labels: [${label}]}]}
kaddrs: [${symbols}]
`;
  return makeConfigs({ kaddrs: { yaml } });
}

/** As a sample's value has it: rounded. */
function addressOf(symbol: string): number {
  const line = new RegExp(`^([0-9a-f]+) \\w ${symbol}$`, 'm').exec(readFileSync('/proc/kallsyms', 'utf8'));
  return Number(`0x${line?.[1]}`);
}
