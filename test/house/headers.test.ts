import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const programs = join(import.meta.dirname, 'user-programs');

for (const target of ['__TARGET_ARCH_x86', '__TARGET_ARCH_arm64']) {
  for (const program of readdirSync(programs)) {
    test(`${program}, written against the shared headers, compiles without a warning with ${target}`, () => {
      const warnings = ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror']; // BPF_PROG has one for each program
      const flags = ['-g', '-O2', '-target', 'bpf', `-D${target}`, `-I${root}/examples/include`, ...warnings];
      execFileSync('clang', [...flags, '-c', join(programs, program), '-o', '/dev/null'], {
        encoding: 'utf8',
      });
    });
  }
}
