import type { BtfField, BtfType } from '../bpf/btf-type.ts';
import type { DeclaredMap } from '../bpf/declared-maps.ts';
import type { DraftMetric } from './draft.ts';
import { counterName, metricName } from './metric-name.ts';

const kernelAddress = /^kaddr_/;

/** Kernel symbols whose addresses the program wants, as `const volatile u64 kaddr_SYMBOL`. */
export function wantedAddresses(maps: readonly DeclaredMap[]): string[] {
  return variablesOf(maps, /^\.rodata/)
    .filter(({ name, type }) => kernelAddress.test(name) && type.size === 8)
    .map(({ name }) => name.replace(kernelAddress, ''));
}

/** Variables that `variables:` can set: numbers and texts that the program reads only. */
export function knobs(maps: readonly DeclaredMap[]): { name: string; value: string }[] {
  return variablesOf(maps, /^\.rodata/).flatMap(({ name, type }) => {
    if (kernelAddress.test(name) || name.startsWith('__') || /^(LICENSE|_license|_version)$/.test(name))
      return [];
    const value = exampleOf(type);
    return value === undefined ? [] : [{ name, value }];
  });
}

function exampleOf(type: BtfType): string | undefined {
  if (type.kind === 'integer') return type.encoding === 'bool' ? 'true' : '0';
  const isText = type.kind === 'array' && type.element.kind === 'integer' && type.element.encoding === 'char';
  return isText ? 'text' : undefined;
}

/** Global numbers as metrics: gauges where they are signed, counters else. */
export function guessGlobals(object: string, maps: readonly DeclaredMap[]): DraftMetric[] {
  return ['.bss', '.data'].flatMap((map) =>
    variablesOf(
      maps.filter(({ name }) => name === map),
      /./,
    ).flatMap(({ name, type }): DraftMetric[] => {
      if (type.kind !== 'integer' || ![1, 2, 4, 8].includes(type.size)) return [];
      const metric = metricName(object, name);
      const common = { map, value: name, labels: [] };
      return [
        type.signed
          ? { ...common, kind: 'gauge', name: metric, why: 'a gauge, since the variable is signed' }
          : {
              ...common,
              kind: 'counter',
              name: counterName(metric),
              why: 'a counter, if the variable never falls',
            },
      ];
    }),
  );
}

function variablesOf(maps: readonly DeclaredMap[], section: RegExp): readonly BtfField[] {
  return maps.flatMap(({ name, valueType }) =>
    name.startsWith('.') && section.test(name) && valueType !== undefined && 'members' in valueType
      ? valueType.members
      : [],
  );
}
