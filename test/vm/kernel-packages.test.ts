import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareVersions, parseKernelPackages } from './kernel-packages.ts';

describe('kernel packages', () => {
  it('are found in what apt-cache lists, newest first, without clouds, signatures and debug symbols', () => {
    const list = `
linux-image-6.1.0-9-amd64-unsigned - Linux 6.1 for 64-bit PCs
linux-image-6.1.0-56-amd64-unsigned - Linux 6.1 for 64-bit PCs
linux-image-6.12.117+deb12-amd64 - Linux 6.12 for 64-bit PCs (signed)
linux-image-6.12.117+deb12-amd64-dbg - Debug symbols for linux-image-6.12.117+deb12-amd64
linux-image-6.12.98+deb12-amd64-unsigned - Linux 6.12 for 64-bit PCs
linux-image-6.12.117+deb12-amd64-unsigned - Linux 6.12 for 64-bit PCs
linux-image-6.12.118+deb12-cloud-amd64-unsigned - Linux 6.12 for x86-64 cloud
linux-image-6.12.118+deb12-rt-amd64-unsigned - Linux 6.12 for 64-bit PCs, PREEMPT_RT
linux-image-6.1.0-57-arm64-unsigned - Linux 6.1 for 64-bit ARMv8 machines
linux-image-6.1.0-57-cloud-arm64-unsigned - Linux 6.1 for arm64 cloud
`;
    assert.deepEqual(
      parseKernelPackages(list).map(({ series, release }) => `${series} ${release}`),
      [
        '6.12 6.12.117+deb12-amd64',
        '6.12 6.12.98+deb12-amd64',
        '6.1-arm64 6.1.0-57-arm64',
        '6.1 6.1.0-56-amd64',
        '6.1 6.1.0-9-amd64',
      ],
    );
  });

  it('are named in full', () => {
    assert.deepEqual(parseKernelPackages('linux-image-6.1.0-56-amd64-unsigned\n'), [
      { packages: ['linux-image-6.1.0-56-amd64-unsigned'], release: '6.1.0-56-amd64', series: '6.1' },
    ]);
  });

  it('come in three parts since 7.2', () => {
    assert.deepEqual(
      parseKernelPackages('linux-binary-7.3.4+deb13-amd64\nlinux-modules-7.3.4+deb13-amd64 - x\n'),
      [
        {
          packages: ['base', 'binary', 'modules'].map((kind) => `linux-${kind}-7.3.4+deb13-amd64`),
          release: '7.3.4+deb13-amd64',
          series: '7.3',
        },
      ],
    );
  });

  it('are none in an empty list', () => {
    assert.deepEqual(parseKernelPackages(''), []);
  });
});

it('6.12 is after 6.2', () => {
  assert.deepEqual(['6.12', '6.2', '6.1'].sort(compareVersions), ['6.1', '6.2', '6.12']);
});
