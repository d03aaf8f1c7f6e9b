import assert from 'node:assert/strict';
import { closeSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openNative } from '../../src/native/library.ts';
import { kernelObjects, mapIds, u32 } from './support/bpftool.ts';
import { compileFixture, makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import { makeNamespace } from './support/namespace.ts';
import { streamUdpPackets } from './support/namespace-events.ts';
import type { Page } from './support/page.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

const everyCall = { SECTION: '"tp_btf/sys_enter"', OF_ALL_SYSCALLS: '1' };
const lifecycle = '--web.enable-lifecycle';
const own = { pid: String(process.pid) };

const callsYaml = (label: string, more = ''): string => `metrics:
  counters:
    - {name: calls_total, help: Calls, labels: [{name: ${label}, size: 4, decoders: [{name: uint}]}]}${more}
`;

async function reload(exporter: RunningExporter): Promise<{ status: number; text: string }> {
  const { status, body } = await exporter.get('/-/reload', { method: 'POST' });
  return { status, text: body.toString() };
}

function programIds(page: Page, config: string): string[] {
  return page
    .samples('ebpf_exporter_ebpf_program_info')
    .flatMap(({ labels }) => (labels.config === config ? [labels.id!] : []));
}

/** Counts the same by another program. */
async function otherObject(path: string): Promise<void> {
  copyFileSync(await compileFixture('calls', { ...everyCall, SECTION: '"raw_tp/sys_enter"' }), path);
}

describe('a reload', needs('slowGuest'), () => {
  it('leaves alone what did not change, ten times in a row, whoever asks', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall }, events: {} });
    await using exporter = await startExporter({ dir, names: 'calls,events', args: [lifecycle] });
    const before = await exporter.scrape();
    await reload(exporter); // objects are known by their bytes from here on, or a second after the start
    for (let nth = 1; nth <= 10; nth++) {
      callGetpriority(10);
      // Written anew with the same bytes, as a package or a ConfigMap does.
      for (const file of ['calls.yaml', 'calls.bpf.o']) {
        writeFileSync(join(dir, file), readFileSync(join(dir, file)));
      }
      if (nth % 2 === 0) {
        assert.deepEqual(await reload(exporter), { status: 200, text: 'unchanged calls, events\n' });
      } else {
        process.kill(exporter.pid, 'SIGHUP');
        await until('it is logged', () => exporter.log.split('Reloaded: unchanged').length > nth + 1);
      }
      const page = await exporter.scrape();
      assert.equal(page.sum('ebpf_exporter_calls_total', own), nth * 10);
      assert.equal(page.sum('ebpf_exporter_kept_total', { ...own }), nth * 10);
      assert.deepEqual(programIds(page, 'calls'), programIds(before, 'calls'));
    }
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_config_last_reload_successful'), 1);
  });

  it('keeps counters when only labels, decoders and metrics change, also of a perf event array', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall }, events: {} });
    await using exporter = await startExporter({ dir, names: 'calls,events', args: [lifecycle] });
    callGetpriority(100);
    const before = await exporter.scrape();
    const more = `
    - {name: more_calls_total, map: calls_total, help: Calls once more, labels: [{name: hex, size: 4, decoders: [{name: hex}]}]}`;
    writeFileSync(join(dir, 'calls.yaml'), callsYaml('process', more));
    const events = join(dir, 'events.yaml');
    writeFileSync(events, readFileSync(events, 'utf8').replaceAll('name: pid', 'name: process'));
    assert.deepEqual(await reload(exporter), {
      status: 200,
      text: 'changed on the same programs calls, events\n',
    });
    callGetpriority(1);
    const page = await exporter.scrape();
    const process = { process: own.pid };
    assert.equal(page.sum('ebpf_exporter_calls_total', process), 101);
    assert.equal(page.sum('ebpf_exporter_kept_total', process), 101);
    assert.ok(page.sum('ebpf_exporter_more_calls_total') >= 101);
    assert.equal(page.sum('ebpf_exporter_calls_total', own), 0);
    assert.deepEqual(programIds(page, 'calls'), programIds(before, 'calls'));
    assert.ok(page.sum('ebpf_exporter_records_total') >= before.sum('ebpf_exporter_records_total') + 1);
  });

  it('attaches what has another object or other variables before it detaches the old', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall }, events: {} });
    await using exporter = await startExporter({ dir, names: 'calls,events', args: [lifecycle] });
    const before = await exporter.scrape();
    await otherObject(join(dir, 'calls.bpf.o'));
    assert.deepEqual(await reload(exporter), { status: 200, text: 'unchanged events; loaded calls\n' });
    callGetpriority(7);
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_calls_total', own), 7);
    const [old] = programIds(before, 'calls');
    assert.notEqual(programIds(page, 'calls')[0], old);
    await until('the old program is gone', async () => !(await kernelObjects()).has(`prog ${old}`));
  });

  it('lets every scrape finish, whatever is replaced meanwhile', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall }, events: {} });
    await using exporter = await startExporter({ dir, names: 'calls,events', args: [lifecycle] });
    const object = join(dir, 'calls.bpf.o');
    const given = readFileSync(object);
    let reloading = true;
    const scrapes = Array.from({ length: 4 }, async () => {
      while (reloading) {
        callGetpriority(1);
        const page = await exporter.scrape();
        assert.equal(page.sum('ebpf_exporter_config_loaded'), 2);
        assert.equal(page.sum('ebpf_exporter_scrape_success'), 2);
      }
    });
    for (let nth = 0; nth < 6; nth++) {
      if (nth % 2 === 0) await otherObject(object);
      else writeFileSync(object, given);
      assert.equal((await reload(exporter)).text, 'unchanged events; loaded calls\n');
    }
    reloading = false;
    await Promise.all(scrapes);
    assert.doesNotMatch(exporter.log, /Cannot read/);
  });

  it('changes nothing when a file is wrong, and says what', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall }, events: {} });
    await using exporter = await startExporter({ dir, names: 'calls,events', args: [lifecycle] });
    callGetpriority(5);
    const yaml = join(dir, 'calls.yaml');
    const good = readFileSync(yaml);
    writeFileSync(yaml, callsYaml('pid').replace('uint', 'unit'));
    const { status, text } = await reload(exporter);
    assert.equal(status, 500);
    assert.match(text, /calls\.yaml:3:\d+: .*unit.*\nnothing was changed\n/);
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_calls_total', own), 5);
    assert.equal(page.sum('ebpf_exporter_config_last_reload_successful'), 0);
    assert.match(exporter.log, /ERROR Reload failed: .*unit/);
    writeFileSync(yaml, good);
    assert.equal((await reload(exporter)).status, 200);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_config_last_reload_successful'), 1);
  });

  it('leaves a config as it was whose new object does not load, and goes on with the others', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall }, events: {} });
    await using exporter = await startExporter({ dir, names: 'calls,events', args: [lifecycle] });
    callGetpriority(5);
    writeFileSync(join(dir, 'calls.bpf.o'), readFileSync(join(dir, 'calls.bpf.o')).subarray(0, 3000));
    const events = join(dir, 'events.yaml');
    writeFileSync(events, readFileSync(events, 'utf8').replaceAll('name: pid', 'name: process'));
    const { status, text } = await reload(exporter);
    assert.equal(status, 500);
    assert.match(text, /config "calls" is as it was before: Cannot open .*calls\.bpf\.o/);
    callGetpriority(5);
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_calls_total', own), 10);
    assert.equal(page.sum('ebpf_exporter_kept_total', { process: own.pid }), 10);
    assert.equal(page.sum('ebpf_exporter_config_loaded', { config: 'calls' }), 1);
  });

  it('leaves programs attached whose new selves do not attach', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall } });
    await using exporter = await startExporter({ dir, names: 'calls', args: [lifecycle] });
    copyFileSync(
      await compileFixture('calls', { SECTION: '"uprobe//no/such/file:getpriority"' }),
      join(dir, 'calls.bpf.o'),
    );
    const { status, text } = await reload(exporter);
    assert.equal(status, 500);
    assert.match(text, /config "calls" is as it was before: .*\/no\/such\/file/);
    callGetpriority(3);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_calls_total', own), 3);
  });

  it('is asked for by POST alone, and only where the lifecycle is enabled', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall } });
    await using exporter = await startExporter({ dir, names: 'calls', args: [lifecycle] });
    assert.equal((await exporter.get('/-/reload')).status, 405);
    assert.equal((await exporter.get('/-/reload', { method: 'PUT' })).status, 405);
    const both = await Promise.all([reload(exporter), reload(exporter), reload(exporter)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200, 200],
    );
    await using other = await startExporter({ dir, names: 'calls' });
    assert.equal((await reload(other)).status, 404);
    await exporter.stop();
  });
});

describe('a reload without capabilities', needs('linux 5.19', 'slowGuest'), () => {
  it('changes labels and keeps counters; what takes capabilities it names, and changes nothing', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall }, events: {} });
    const args = [lifecycle, '--capabilities.keep=none'];
    await using exporter = await startExporter({ dir, names: 'calls,events', args });
    callGetpriority(10);
    const before = await exporter.scrape();
    writeFileSync(join(dir, 'calls.yaml'), callsYaml('process'));
    assert.deepEqual(await reload(exporter), {
      status: 200,
      text: 'unchanged events; changed on the same programs calls\n',
    });
    callGetpriority(1);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_calls_total', { process: own.pid }), 11);

    await otherObject(join(dir, 'calls.bpf.o'));
    const events = join(dir, 'events.yaml');
    writeFileSync(events, readFileSync(events, 'utf8').replaceAll('name: pid', 'name: process'));
    const { status, text } = await reload(exporter);
    assert.equal(status, 500);
    assert.match(text, /"calls" would have to be loaded anew, which takes cap_bpf, cap_perfmon/);
    callGetpriority(1);
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_calls_total', { process: own.pid }), 12);
    assert.equal(page.sum('ebpf_exporter_kept_total', { ...own }), 12, 'the other one, too');
    assert.deepEqual(programIds(page, 'calls'), programIds(before, 'calls'));
  });

  it('loads other objects when the capabilities to load were kept', async () => {
    const dir = await makeConfigs({ calls: { defines: everyCall } });
    const args = [lifecycle, '--capabilities.keep=cap_bpf,cap_perfmon'];
    await using exporter = await startExporter({ dir, names: 'calls', args });
    const [old] = programIds(await exporter.scrape(), 'calls');
    await otherObject(join(dir, 'calls.bpf.o'));
    assert.deepEqual(await reload(exporter), { status: 200, text: 'loaded calls\n' });
    await until('the old program is gone', async () => !(await kernelObjects()).has(`prog ${old}`));
    callGetpriority(4);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_calls_total', own), 4);
    writeFileSync(join(dir, 'calls.yaml'), callsYaml('process'));
    assert.equal((await reload(exporter)).status, 200);
    assert.equal((await exporter.scrape()).sum('ebpf_exporter_calls_total', { process: own.pid }), 4);
  });
});

/** A descriptor of a map that one process has: it is there for as long as we have that. */
async function holdMap(pid: number, name: string): Promise<number> {
  const attr = Buffer.alloc(16);
  attr.writeUInt32LE((await mapIds(pid))(name));
  const BPF_MAP_GET_FD_BY_ID = 14;
  const number = process.arch === 'arm64' ? 280 : 321;
  const fd = openNative().c.syscall$bpf(number, BPF_MAP_GET_FD_BY_ID, attr, attr.length);
  assert.ok(fd >= 0, `bpf(BPF_MAP_GET_FD_BY_ID) of ${name}`);
  return fd;
}

function udpPackets(map: number): number {
  const value = Buffer.alloc(8);
  openNative().bpf.bpf_map_lookup_elem(map, u32(17), value);
  return Number(value.readBigUInt64LE());
}

describe('an XDP program that a reload replaces', needs('nsenter', 'slowGuest'), () => {
  for (const keep of ['all', 'cap_bpf,cap_perfmon,cap_net_admin']) {
    it(`leaves its place between two packets; with capabilities ${keep}`, async () => {
      await using namespace = await makeNamespace();
      const section = `"xdp/${namespace.interface}"`;
      const dir = await makeConfigs({ packets: { defines: { SECTION: section }, once: true } });
      const args = [lifecycle, `--capabilities.keep=${keep}`];
      await using exporter = await startExporter({ dir, names: 'packets', args });
      const yaml = join(dir, 'packets.yaml');
      const given = readFileSync(yaml, 'utf8');
      await using stream = await streamUdpPackets(namespace);
      const maps: number[] = [];
      for (const size of [300, 400, 500]) {
        const map = await holdMap(exporter.pid, 'packets_total');
        maps.push(map);
        await until('packets come', () => udpPackets(map) > 50);
        writeFileSync(yaml, `${given}maps: {packets_total: {max_entries: ${size}}}\n`);
        assert.deepEqual(await reload(exporter), { status: 200, text: 'loaded packets\n' });
      }
      const packets = async (): Promise<number> =>
        (await exporter.scrape()).sum('ebpf_exporter_packets_total', { protocol: 'udp' });
      await until('packets come to the last', async () => (await packets()) > 50);
      const received = await stream.end();
      const old = maps.map(udpPackets);
      assert.equal(old.reduce((sum, one) => sum + one, 0) + (await packets()), received);
      for (const map of maps) closeSync(map);
    });
  }
});
