import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadOrder } from './modules.ts';

describe('loadOrder', () => {
  const dependencies = `kernel/fs/9p/9p.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/fs/netfs/netfs.ko.xz
kernel/net/9p/9pnet.ko.xz: kernel/fs/netfs/netfs.ko.xz
kernel/fs/netfs/netfs.ko.xz:
kernel/fs/overlayfs/overlay.ko.xz:
`;

  it('puts what a module needs before it, each once', () => {
    assert.deepEqual(loadOrder(dependencies, ['overlay', '9p', '9pnet']), [
      'kernel/fs/overlayfs/overlay.ko.xz',
      'kernel/fs/netfs/netfs.ko.xz',
      'kernel/net/9p/9pnet.ko.xz',
      'kernel/fs/9p/9p.ko.xz',
    ]);
  });

  it('leaves out what is part of the kernel itself', () => {
    assert.deepEqual(loadOrder(dependencies, ['virtio_pci']), []);
  });
});
