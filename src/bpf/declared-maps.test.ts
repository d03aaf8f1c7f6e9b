import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blob, info } from './btf-testing.ts';
import { type DeclaredMap, readDeclarations } from './declared-maps.ts';
import { readElf, sectionTypes } from './elf-file.ts';
import { elf } from './elf-testing.ts';
import { mapTypes } from './map-types.ts';

const { progBits, noBits } = sectionTypes;

/** `__uint(name, N)` is a pointer to an array of N, `__type(name, T)` a pointer to T. */
const types = blob([
  /*  1 */ ['unsigned int', info(1), 4, 32],
  /*  2 */ ['', info(3), 0, 1, 1, 1], // hash
  /*  3 */ ['', info(2), 2],
  /*  4 */ ['', info(3), 0, 1, 1, 1024],
  /*  5 */ ['', info(2), 4],
  /*  6 */ ['u32', info(8), 1],
  /*  7 */ ['', info(2), 6],
  /*  8 */ ['', info(4, 4), 32, 'type', 3, 0, 'max_entries', 5, 64, 'key', 7, 128, 'value', 10, 192],
  /*  9 */ ['value_t', info(4, 1), 16, 'total', 6, 0],
  /* 10 */ ['', info(2), 9],
  /* 11 */ ['calls', info(14), 17, 1],
  /* 12 */ ['', info(3), 0, 1, 1, 27], // ringbuf
  /* 13 */ ['', info(2), 12],
  /* 14 */ ['', info(4, 1), 8, 'type', 13, 0],
  /* 15 */ ['records', info(14), 14, 1],
  /* 16 */ ['.maps', info(15, 2), 40, 11, 0, 32, 15, 32, 8],
  /* 17 */ ['', info(9), 8], // volatile struct { ... } calls
  /* 18 */ ['seen', info(14), 6, 1],
  /* 19 */ ['.bss', info(15, 1), 4, 18, 0, 4],
  /* 20 */ ['license', info(15, 1), 4, 18, 0, 4],
]); // biome-ignore format: a table

test('maps and global variables are what BTF declares, as libbpf makes maps of them', () => {
  const sections = [
    { name: '.BTF', type: progBits, data: types },
    { name: '.bss', type: noBits, data: Buffer.alloc(0), size: 4 },
    { name: 'license', type: progBits, data: Buffer.alloc(4) },
  ];
  const { maps } = readDeclarations(readElf(elf(sections, [])));
  const facts = ({ name, type, keySize, valueSize, maxEntries, keyType, valueType }: DeclaredMap) => [
    [name, type, keySize, valueSize, maxEntries],
    [keyType?.typedefs[0], valueType?.name],
  ];
  assert.deepEqual(maps.map(facts), [
    [
      ['calls', mapTypes.hash, 4, 16, 1024],
      ['u32', 'value_t'],
    ],
    [
      ['records', mapTypes.ringbuf, 0, 0, 0],
      [undefined, undefined],
    ],
    [
      ['.bss', mapTypes.array, 4, 4, 1],
      [undefined, '.bss'],
    ],
  ]);
});

test('an object without BTF declares nothing', () => {
  const sections = [{ name: '.bss', type: noBits, data: Buffer.alloc(0), size: 4 }];
  assert.deepEqual(readDeclarations(readElf(elf(sections, []))), { maps: [], types: undefined });
});
