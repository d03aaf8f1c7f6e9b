import { constants } from 'node:os';
import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';
import type { BpfMap } from './loaded-object.ts';
import { isHash, mapTypeName } from './map-types.ts';

/**
 * Throws `map_layout` unless entries of the map can be taken out as they are read: those of hashes, in batches
 * (BPF_MAP_LOOKUP_AND_DELETE_BATCH) since Linux 5.6, one by one (BPF_MAP_LOOKUP_AND_DELETE_ELEM) since 5.14. Takes none.
 */
export function checkTakes({ bpf }: Native, { fd, name, type, keySize, valueSize }: BpfMap): void {
  const refuse = (why: string): never => {
    throw new ExporterError('map_layout', `Cannot take entries out of map "${name}": ${why}`);
  };
  if (!isHash(type)) {
    refuse(
      `it is of type ${mapTypeName(type)}, whose entries cannot be deleted; a hash is needed, or no window`,
    );
  }
  const none = Buffer.alloc(4);
  const bytes = Buffer.alloc(Math.max(4, keySize, valueSize));
  // A batch of no entries: only whether there are batches.
  if (bpf.bpf_map_lookup_and_delete_batch(fd, null, bytes, bytes, bytes, none, null) === 0) return;
  // Of a per-CPU map, a value is more than ours; such a kernel has none of these calls for it, or had batches.
  const key = Buffer.alloc(keySize, 0xff);
  const result = bpf.bpf_map_lookup_and_delete_elem(fd, key, Buffer.alloc(valueSize + 65_536));
  if (result === 0 || result === -constants.errno.ENOENT) return;
  refuse(
    'this kernel cannot read and delete entries of a hash at once; Linux 5.6, which does it in batches, or 5.14, which does it one by one, is needed',
  );
}
