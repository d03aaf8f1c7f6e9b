import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Finding, findingsIn, tellingLines } from './libbpf-says.ts';

/** Lines of libbpf 1.1 and Linux 6.18, but for the one of newer libbpfs about externs. */
const table: readonly [line: string, finding: Finding | undefined][] = [
  ["prog 'p': failed to find kernel BTF type ID of 'nosuch': -3", { kind: 'no target', name: 'nosuch' }],
  ['failed to find valid kernel BTF', { kind: 'no kernel BTF' }],
  ['Error loading vmlinux BTF: -3', { kind: 'no kernel BTF' }],
  ['BTF is required, but is missing or corrupted.', { kind: 'no object BTF' }],
  [
    "elf: legacy map definitions in 'maps' section are not supported by libbpf v1.0+",
    { kind: 'legacy maps' },
  ],
  ["failed to find BTF for extern 'memcmp' [23] section: -2", { kind: 'extern', name: 'memcmp' }],
  ["extern (func ksym) 'memcmp': not found in kernel or module BTFs", { kind: 'extern', name: 'memcmp' }],
  [
    'failed to resolve CO-RE relocation <byte_off> [19] struct task_struct___other.no_such_field (0:0 @ offset 0)',
    { kind: 'no such field', type: 'struct task_struct', field: 'no_such_field' },
  ],
  [
    'failed to resolve CO-RE relocation <byte_off> [7] struct request.q.x (0:0:1 @ offset 8)',
    { kind: 'no such field', type: 'struct request', field: 'q.x' },
  ],
  [
    'failed to resolve CO-RE relocation <target_type_id> [3] struct bpf_map_none',
    { kind: 'no such type', type: 'struct bpf_map_none', field: '' },
  ],
  [
    "map 'calls_total': failed to create: Invalid argument(-22)",
    { kind: 'map refused', name: 'calls_total' },
  ],
  ['invalid func unknown#999', { kind: 'unknown helper', name: 'unknown#999' }],
  [
    'program of this type cannot use helper bpf_override_return#58',
    { kind: 'helper not for this type', name: 'bpf_override_return' },
  ],
  ['cannot call GPL-restricted function from non-GPL compatible program', { kind: 'not GPL' }],
  ['R1 leaks addr into map', { kind: 'address leak' }],
  ["R0 invalid mem access 'map_value_or_null'", { kind: 'unchecked pointer' }],
  ['infinite loop detected at insn 0', { kind: 'endless' }],
  ['BPF program is too large. Processed 1000001 insn', { kind: 'endless' }],
  ['invalid variable-offset write to stack R2 var_off=(0x0; 0x3f) off=-16 size=1', { kind: 'off the stack' }],
  ['R1 type=ctx expected=map_ptr', { kind: 'wrong argument' }],
  ["prog 'p': failed to create uprobe '/x:0x1' perf event: Permission denied", { kind: 'no perf event' }],
  ["prog 'p': failed to load: -22", undefined],
];
for (const [line, finding] of table) {
  test(`"${line}" means ${finding?.kind ?? 'nothing more'}`, () =>
    assert.deepEqual(findingsIn([line]), finding === undefined ? [] : [finding]));
}

test('lines that repeat the errno or advise on ulimit -l tell nothing', () => {
  const telling = tellingLines([
    "prog 'prog': BPF program load failed: Operation not permitted",
    "permission error while running as root; try raising 'ulimit -l'? current value: 8.0 MiB",
    "prog 'prog': failed to find symbol 'x' in 'y'",
    "prog 'prog': failed to load: -1",
    "failed to load object '/tmp/t.bpf.o'",
    'Failed to bump RLIMIT_MEMLOCK (err = -1), you might need to do it explicitly!',
  ]);
  assert.deepEqual(telling, ["failed to find symbol 'x' in 'y'"]);
});
