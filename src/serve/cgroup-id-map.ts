import { constants } from 'node:fs';
import type { Attached } from '../attached.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { BpfMap } from '../bpf/object.ts';
import type { SystemCgroups } from '../cgroups/cgroups.ts';
import type { TreeListener } from '../cgroups/tree.ts';
import { compileRe2 } from '../config/re2.ts';
import type { CgroupIdMapSpec } from '../config/spec.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import { type Log, rateLimited } from '../process/log.ts';

/** How often ids that an LRU map may have dropped are put back. */
const putBackMs = 60_000;

/** One for each config that asks for it. They are filled when the cgroups are opened, and on from there. */
export function keepCgroupIdMaps(
  { configs }: Attached,
  cgroups: SystemCgroups,
  { native, log }: { readonly native: Native; readonly log: Log },
): readonly CgroupIdMap[] {
  return configs.flatMap(({ config: { name, cgroupIdMap: spec }, maps }) => {
    const map = maps.find((candidate) => candidate.name === spec?.name);
    if (spec === undefined || map === undefined) return [];
    const write = rateLimited(log.warn, { burst: 10, intervalMs: 60_000 });
    const idMap = new CgroupIdMap(native, spec, map, (message) => write(`Config "${name}": ${message}`));
    cgroups.hierarchy(undefined).listen(idMap);
    idMap.start();
    return [idMap];
  });
}

/** Keeps a map of a program in step with the cgroups whose path matches one of some patterns. */
export class CgroupIdMap implements TreeListener {
  readonly #native: Native;
  readonly #spec: CgroupIdMapSpec;
  readonly #map: BpfMap;
  readonly #warn: (message: string) => void;
  readonly #matches: (path: string) => boolean;
  /** Ids that are in the map, or should be; with the path. */
  readonly #members = new Map<number, string>();
  readonly #one = Buffer.alloc(8);
  #timer: NodeJS.Timeout | undefined;

  /** The map is one that `checkCgroupIdMap` has let pass. */
  constructor(native: Native, spec: CgroupIdMapSpec, map: BpfMap, warn: (message: string) => void) {
    this.#native = native;
    this.#spec = spec;
    this.#map = map;
    this.#warn = warn;
    const patterns = spec.regexps.map(compileRe2);
    this.#matches = (path) => patterns.some((pattern) => pattern.matcher(path).find());
    this.#one.writeBigUInt64LE(1n);
  }

  /** From now on, an LRU map gets again and again what it may have dropped. `close` ends that. */
  start(): void {
    if (this.#map.type !== mapTypes.lru_hash) return;
    this.#timer = setInterval(() => this.putBack(), putBackMs).unref();
  }

  present(id: number, path: string): void {
    if (this.#matches(path)) {
      this.#members.set(id, path);
      this.#put(id, path);
    } else if (this.#members.delete(id)) {
      this.#withKey(id, path, (key) => this.#delete(key));
    }
  }

  gone(id: number): void {
    // What is stored with a cgroup goes with it.
    if (this.#members.delete(id) && this.#spec.type === 'hash') this.#delete(idKey(id));
  }

  /** An LRU map may have dropped ids that no program looked up in long. */
  putBack(): void {
    for (const [id, path] of this.#members) this.#put(id, path);
  }

  /** Leaves the map as it is. Can be called twice. */
  close(): void {
    clearInterval(this.#timer);
  }

  #put(id: number, path: string): void {
    this.#withKey(id, path, (key) => {
      const result = this.#native.bpf.bpf_map_update_elem(this.#map.fd, key, this.#one, 0);
      if (result === 0) return;
      this.#warn(`Cannot put ${path} into cgroup_id_map "${this.#spec.name}": ${describeErrno(-result)}`);
    });
  }

  /** Nothing is done for one that is gone: that is told, too. */
  #withKey(id: number, path: string, use: (key: Buffer) => void): void {
    if (this.#spec.type === 'hash') {
      use(idKey(id));
      return;
    }
    const { c } = this.#native;
    const fd = c.open(path, constants.O_DIRECTORY);
    if (fd < 0) return;
    const key = Buffer.alloc(4);
    key.writeInt32LE(fd);
    use(key);
    c.close(fd);
  }

  /** It need not be there: an LRU map drops what it likes. */
  #delete(key: Buffer): void {
    this.#native.bpf.bpf_map_delete_elem(this.#map.fd, key);
  }
}

function idKey(id: number): Buffer {
  const key = Buffer.alloc(8);
  key.writeBigUInt64LE(BigInt(id));
  return key;
}
