import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file without a name, so that nothing is left of it whatever ends this process. The caller closes the descriptor. */
export function temporaryFile(content: Uint8Array | { readonly size: number }): number {
  const directory = mkdtempSync(join(tmpdir(), 'ebpf_exporter-vm-'));
  try {
    const fd = openSync(join(directory, 'file'), 'wx+');
    try {
      if (content instanceof Uint8Array) writeAll(fd, content);
      else ftruncateSync(fd, content.size);
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function writeAll(fd: number, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
}
