import { constants } from 'node:fs';
import type { AttachedConfig } from '../attached.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { SystemCgroups } from '../cgroups/cgroups.ts';
import type { HierarchyNames } from '../cgroups/hierarchy-names.ts';
import type { TreeListener } from '../cgroups/tree.ts';
import { compileRe2 } from '../config/re2.ts';
import type { CgroupIdMapSpec } from '../config/spec.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import { type Log, rateLimited } from '../process/log.ts';

/** How often ids that an LRU map may have dropped are put back. */
const putBackMs = 60_000;

/**
 * Undefined where a config does not ask for it. It is filled when the cgroups are opened, and on from there. `before` is
 * that of an earlier config on the same map: what it put there and is no longer to be there is taken out.
 */
export function keepCgroupIdMap(
  { config: { name, cgroupIdMap: spec }, maps }: AttachedConfig,
  cgroups: SystemCgroups,
  { native, log }: { readonly native: Native; readonly log: Log },
  before?: CgroupIdMap,
): CgroupIdMap | undefined {
  const map = maps.find((candidate) => candidate.name === spec?.name);
  if (spec === undefined || map === undefined) return undefined;
  const write = rateLimited(log.warn, { burst: 10, intervalMs: 60_000 });
  const warn = (message: string): void => write(`Config "${name}": ${message}`);
  const idMap = new CgroupIdMap(native, spec, map, warn, before);
  idMap.follow(cgroups.hierarchy(undefined));
  return idMap;
}

/** Keeps a map of a program in step with the cgroups whose path matches one of some patterns. */
export class CgroupIdMap implements TreeListener {
  readonly #native: Native;
  readonly #spec: CgroupIdMapSpec;
  readonly #map: BpfMap;
  readonly #warn: (message: string) => void;
  readonly #matches: (path: string) => boolean;
  /** Ids that are in the map, or should be; with the path. */
  readonly #members: Map<number, string>;
  readonly #one = Buffer.alloc(8);
  #timer: NodeJS.Timeout | undefined;
  #listening: { stop(): void } | undefined;

  /** The map is one that `checkCgroupIdMap` has let pass. */
  constructor(
    native: Native,
    spec: CgroupIdMapSpec,
    map: BpfMap,
    warn: (message: string) => void,
    before?: CgroupIdMap,
  ) {
    this.#native = native;
    this.#members = new Map(before === undefined ? [] : before.#members);
    this.#spec = spec;
    this.#map = map;
    this.#warn = warn;
    const patterns = spec.regexps.map(compileRe2);
    this.#matches = (path) => patterns.some((pattern) => pattern.matcher(path).find());
    this.#one.writeBigUInt64LE(1n);
  }

  /** From now on it has the cgroups that are there. An LRU map gets again and again what it may have dropped. */
  follow(names: HierarchyNames): void {
    this.#listening = names.listen(this);
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

  /** Leaves the map as it is, and is no longer told of anything. Can be called twice. */
  close(): void {
    clearInterval(this.#timer);
    this.#listening?.stop();
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
