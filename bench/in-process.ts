import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { listInterfaces } from '../src/bpf/interfaces.ts';
import type { BpfMap } from '../src/bpf/loaded-object.ts';
import { MapReader } from '../src/bpf/map-reader.ts';
import { parseConfigs } from '../src/config/parse-configs.ts';
import { createSystem } from '../src/kernel/create-system.ts';
import { type Loaded, loadConfigs } from '../src/load/load-configs.ts';
import { ENOTSUPP } from '../src/native/errno.ts';
import { type Native, openNative } from '../src/native/library.ts';
import { createLog } from '../src/process/log.ts';
import { Exporter } from '../src/serve/exporter.ts';
import { heldMap } from './held-map.ts';
import { watchPauses } from './pauses.ts';
import type { Fixture } from './workspace.ts';

const log = createLog({
  level: 'info',
  format: 'logfmt',
  timestamps: false,
  write: (line) => {
    // What the exporter tells about itself is of no interest here, what is wrong with it is.
    if (!line.startsWith('INFO')) process.stderr.write(line);
  },
});

/** The exporter and its map reader in this process: the same code as over HTTP, without HTTP. */
export class InProcess {
  readonly mapId: number;
  readonly #loaded: Loaded;
  readonly #exporter: Exporter;
  readonly #batches: MapReader;
  readonly #keyByKey: MapReader;
  #minutes = 0;

  /** Loads the config of a fixture, whose map is empty yet. */
  static async start(fixture: Fixture): Promise<InProcess> {
    const { configDir, workload } = fixture;
    const config = workload.name;
    const native = openNative();
    const { configs, problems } = parseConfigs(configDir, [config], { strict: true });
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    const system = createSystem({ listInterfaces: () => listInterfaces(native), warn: log.warn });
    const { signal: stop } = new AbortController();
    const loading = { log, directory: configDir, btfPath: undefined, symbols: system.symbols, stop };
    const loaded = await loadConfigs(native, configs, loading);
    const options = {
      native,
      log,
      system,
      version: 'bench',
      skipCacheSize: 0,
      rejected: new Map(),
      lastReload: { successful: true, successSeconds: 0 },
    };
    return new InProcess(native, loaded, Exporter.open(loaded.attached, options), fixture);
  }

  private constructor(native: Native, loaded: Loaded, exporter: Exporter, { workload }: Fixture) {
    this.#loaded = loaded;
    this.#exporter = exporter;
    const held = heldMap('self', workload.keySize);
    const map: BpfMap = { name: workload.name, keyType: undefined, valueType: undefined, ...held };
    this.mapId = held.id;
    const possibleCpus = native.bpf.libbpf_num_possible_cpus();
    this.#batches = new MapReader(native, map, possibleCpus);
    this.#keyByKey = new MapReader(withoutBatches(native), map, possibleCpus);
  }

  /** Reads the map and does nothing with the bytes. */
  readBatches(): void {
    count(this.#batches);
  }

  readKeyByKey(): void {
    count(this.#keyByKey);
  }

  async scrape(): Promise<void> {
    const { now } = performance;
    const minutes = this.#minutes;
    const { signal } = new AbortController();
    if (minutes > 0) performance.now = () => now.call(performance) + minutes * 60_000;
    try {
      for await (const _ of this.#exporter.page({ format: 'text', signal, hold: () => undefined }));
    } finally {
      performance.now = now;
    }
  }

  /** The exporter's clock is a minute further from now on. */
  passMinute(): void {
    this.#minutes++;
  }

  /** The longest time that one scrape lets nothing else run, and what it allocates in V8's heap. */
  async strain(): Promise<{ pauseMs: number; allocatedBytes: number }> {
    const pauses = watchPauses();
    await setImmediate();
    const before = allocated();
    await this.scrape();
    const allocatedBytes = allocated() - before;
    return { pauseMs: await pauses.longestMs(), allocatedBytes };
  }

  close(): void {
    this.#exporter.close();
    this.#loaded.loader.close();
  }
}

function count(reader: MapReader): number {
  let entries = 0;
  for (const batch of reader.batches()) entries += batch.count;
  return entries;
}

/** As on a kernel that has no batches for the map: the reader falls back. */
function withoutBatches(native: Native): Native {
  return { ...native, bpf: { ...native.bpf, bpf_map_lookup_batch: () => -ENOTSUPP } };
}

function allocated(): number {
  const statistics: { total_allocated_bytes?: number } = getHeapStatistics();
  return statistics.total_allocated_bytes ?? Number.NaN;
}
