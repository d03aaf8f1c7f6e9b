import { readFileSync, statSync } from 'node:fs';
import type { Container } from '../kernel/system.ts';
import { resolveBelow } from '../rootfs.ts';

/*
 * What runtimes keep on disk of a container while it is there. Files of others: anything may be in them, and only root
 * may be allowed to read them.
 */

type Json = Readonly<Record<string, unknown>>;

/** Asks the runtimes' files for a container. */
export class StateFiles {
  readonly #root: string;
  #storage: { readonly mtimeMs: number; readonly byId: ReadonlyMap<string, Json> } | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** By the 64 hex digits of its id. Undefined where no runtime has it, or we may not see it. */
  find(id: string): Container | undefined {
    return this.#ofContainerd(id) ?? this.#ofDocker(id) ?? this.#ofStorage(id);
  }

  /** The OCI runtime's configuration, with annotations of containerd's CRI plugin. */
  #ofContainerd(id: string): Container | undefined {
    const config = this.#read(`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`);
    const annotations = objectAt(config, 'annotations');
    const of = (key: string): string => textAt(annotations, `io.kubernetes.cri.${key}`);
    if (of('sandbox-name') === '') return undefined;
    return {
      pod: of('sandbox-name'),
      namespace: of('sandbox-namespace'),
      container: of('container-name'),
      image: of('image-name'),
    };
  }

  #ofDocker(id: string): Container | undefined {
    const state = this.#read(`/var/lib/docker/containers/${id}/config.v2.json`);
    if (state === undefined) return undefined;
    const config = objectAt(state, 'Config');
    const labels = objectAt(config, 'Labels');
    return {
      pod: textAt(labels, 'io.kubernetes.pod.name'),
      namespace: textAt(labels, 'io.kubernetes.pod.namespace'),
      container: textAt(labels, 'io.kubernetes.container.name') || textAt(state, 'Name').replace(/^\//, ''),
      image: textAt(config, 'Image'),
    };
  }

  /** The list of containers/storage, which Podman and CRI-O share; CRI-O names are `k8s_NAME_POD_NAMESPACE_UID_ATTEMPT`. */
  #ofStorage(id: string): Container | undefined {
    const entry = this.#readStorage().get(id);
    if (entry === undefined) return undefined;
    const metadata = parsed(textAt(entry, 'metadata'));
    const image = textAt(metadata, 'image-name');
    const [name] = arrayAt(entry, 'names');
    const text = typeof name === 'string' ? name : textAt(metadata, 'name');
    const parts = text.split('_');
    if (parts[0] !== 'k8s' || parts.length !== 6) return { pod: '', namespace: '', container: text, image };
    const [, container = '', pod = '', namespace = ''] = parts;
    return { pod, namespace, container: container === 'POD' ? '' : container, image };
  }

  #readStorage(): ReadonlyMap<string, Json> {
    const file = '/var/lib/containers/storage/overlay-containers/containers.json';
    const mtimeMs = modified(resolveBelow(this.#root, file));
    if (mtimeMs === undefined) return new Map();
    if (this.#storage?.mtimeMs !== mtimeMs) {
      const list = this.#readAny(file);
      const entries = Array.isArray(list) ? list.filter(isObject) : [];
      this.#storage = { mtimeMs, byId: new Map(entries.map((entry) => [textAt(entry, 'id'), entry])) };
    }
    return this.#storage.byId;
  }

  #read(file: string): Json | undefined {
    const value = this.#readAny(file);
    return isObject(value) ? value : undefined;
  }

  #readAny(file: string): unknown {
    try {
      return JSON.parse(readFileSync(resolveBelow(this.#root, file), 'utf8'));
    } catch {
      return undefined; // not there, not ours to read, or being written
    }
  }
}

function modified(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined;
  }
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(object: Json | undefined, key: string): Json | undefined {
  const value = object?.[key];
  return isObject(value) ? value : undefined;
}

function arrayAt(object: Json, key: string): readonly unknown[] {
  const value = object[key];
  return Array.isArray(value) ? value : [];
}

function textAt(object: Json | undefined, key: string): string {
  const value = object?.[key];
  return typeof value === 'string' ? value : '';
}
