import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Entry, fillMaps, u32, u64 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { matchesGolden } from './support/golden.ts';
import { needs } from './support/requirements.ts';

const max64 = 2n ** 64n - 1n;
const nowhere = 0x1234_5678_9abc_def0n; // not an address that the kernel could have

/** Keys by map. */
const keys: Readonly<Record<string, readonly Uint8Array[]>> = {
  uint_1: [bytes(0), bytes(255)],
  uint_2: [u16(256), u16(65_535)],
  uint_4: [u32(2 ** 31), u32(2 ** 32 - 1)],
  uint_8: [u64(2n ** 53n + 1n), u64(max64)],
  string: [
    text('plain'),
    text('8 bytes!'),
    text('a\0rest'),
    text('"q"\\n\n'),
    text(''),
    bytes(0x61, 0xff, 0x62, 0, 0, 0, 0, 0),
  ],
  hex: [bytes(0, 1, 0xab, 0xff)],
  mapped: [u16(1), u16(2), u16(3), u16(4)],
  allowed: [u16(1), u16(4)],
  unmapped: [u16(1), u16(4)],
  ksym: [u64(nowhere), u64(max64)],
  kstack: [stack(nowhere, nowhere + 1n, 0n), stack(0n, 1n, 2n)],
  syscall: [u32(424), u32(435), u32(99_999)],
  errno: [u32(2), u32(11), u32(99_999)],
  majorminor: [u32(0xffff_ffff), u32(0x0010_ff01)],
  ifname: [u32(1), u32(2 ** 31 - 1)],
  inet_ip_4: [bytes(127, 0, 0, 1), bytes(255, 255, 255, 255)],
  inet_ip_16: [
    Buffer.from('00000000000000000000000000000000', 'hex'),
    Buffer.from('20010db8000000000000000000000001', 'hex'),
    Buffer.from('20010db8000000010000000000000001', 'hex'),
    Buffer.from('00000000000000000000ffffc0000201', 'hex'),
  ],
  regexp: [text('kw/1'), text('kw/1:0'), text('sshd'), text('kw'), text('ab')],
  dname: [Buffer.from('\x03www\x02de\0'), text(''), text('0beyond!')],
  cgroup: [u64(2n), u64(max64)],
  padded: [bytes(7, 1, 2, 3, 0xaa, 0xbb, 0xcc, 0xdd, 4, 5, 6, 7)],
};

/** The values of a map are 1, 2, 4 and so on, so that a sum tells what it is the sum of. */
const contents = Object.fromEntries(
  Object.entries(keys).map(([map, list]): [string, Entry[]] => [
    map,
    list.map((key, i) => [key, 2n ** BigInt(i)]),
  ]),
);

describe('decoders', needs('native'), () => {
  it('turn the keys of maps into exactly these labels', async () => {
    await using exporter = await start();
    await fillMaps(exporter.pid, contents);
    await fillMaps(exporter.pid, { uint_8: [[u64(max64), max64]] });
    const page = await exporter.scrape();
    matchesGolden('decoders', page.excerpt(new RegExp(`_(${Object.keys(keys).join('|')})$`)));
  });

  it('count an entry that they cannot decode, and say why, but go on with the others', async () => {
    await using exporter = await start();
    await fillMaps(exporter.pid, { cgroup: [[u64(1n), 1n]] });
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_decoder_errors_total'), 0);
    await fillMaps(exporter.pid, { cgroup: [[u64(2n), 1n]] });
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_decoder_errors_total', { config: 'decoders' }), 1);
    assert.equal(page.samples('ebpf_exporter_cgroup').length, 1);
    assert.match(
      exporter.log,
      /^WARN {2}Config "decoders", metric "cgroup", key 0x0200000000000000: Cannot decode label "x": cgroup needs an unsigned decimal number, got "text"$/m,
    );
  });

  it('name PCI vendors, products and classes from pci.ids', needs('pciIds'), async () => {
    await using exporter = await start();
    await fillMaps(exporter.pid, {
      pci_vendor: [
        [u32(0x8086), 1n],
        [u32(0x0fff), 1n],
      ],
      pci_device: [
        [u32(0x80861000), 1n],
        [u32(0x8086ffff), 1n],
      ],
      pci_class: [
        [u16(1), 1n],
        [u16(2), 1n],
        [u16(0xfe), 1n],
      ],
      pci_subclass: [
        [u16(264), 1n],
        [u16(512), 1n],
        [u16(0x01fe), 1n],
        [u16(0xfe01), 1n],
      ],
    });
    const page = await exporter.scrape();
    matchesGolden('pci', page.excerpt(/_pci_/));
  });
});

async function start(): ReturnType<typeof startExporter> {
  return startExporter({ dir: await makeConfigs({ decoders: {} }), names: 'decoders' });
}

function bytes(...values: readonly number[]): Buffer {
  return Buffer.from(values);
}

function u16(value: number): Buffer {
  return Buffer.from(Uint16Array.of(value).buffer);
}

function text(value: string): Buffer {
  const key = Buffer.alloc(8);
  key.write(value);
  return key;
}

function stack(...addresses: readonly bigint[]): Buffer {
  return Buffer.concat(addresses.map(u64));
}
