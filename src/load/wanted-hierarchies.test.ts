import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFile } from '../config/parse-file.ts';
import { wantedHierarchies } from './wanted-hierarchies.ts';

const counter = (name: string, ...decoders: string[]): string =>
  `{name: ${name}, help: h, labels: [{name: a, size: 8, decoders: [${decoders.join(', ')}]}]}`;
const counters = (...items: string[]): string => `metrics: {counters: [${items.join(', ')}]}`;

const table: readonly [what: string, yaml: string, wanted: readonly (string | undefined)[]][] = [
  ['without cgroups', counters(counter('a', '{name: hex}')), []],
  ['with a cgroup', counters(counter('a', '{name: uint}', '{name: cgroup}')), [undefined]],
  [
    'with two hierarchies',
    counters(
      counter('a', '{name: uint}', '{name: cgroup, hierarchy: memory}'),
      counter('b', '{name: uint}', '{name: cgroup}', '{name: container, field: pod}'),
      counter('c', '{name: uint}', '{name: cgroup, hierarchy: memory}'),
    ),
    ['memory', undefined],
  ],
  [
    'with a cgroup_id_map',
    `${counters(counter('a', '{name: hex}'))}\ncgroup_id_map: {name: m, regexps: [x]}`,
    [undefined],
  ],
  [
    'with a cgroup in a span',
    `tracing: {spans: [{ringbuf: r, labels: [{name: c, size: 8, decoders: [{name: uint}, {name: cgroup}]}]}]}`,
    [undefined],
  ],
];

for (const [what, yaml, wanted] of table) {
  test(`a config ${what} wants the hierarchies [${wanted.map(String).join(', ')}]`, () => {
    const { config, problems } = parseFile('c', 'c.yaml', yaml);
    assert.deepEqual(problems, []);
    assert.deepEqual([...wantedHierarchies([config!])], wanted);
  });
}
