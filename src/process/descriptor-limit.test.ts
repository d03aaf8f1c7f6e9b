import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DescriptorLimit } from './descriptor-limit.ts';

const limits = (
  limit: string,
): string => `Limit                     Soft Limit           Hard Limit           Units
Max processes             100                  100                  processes
Max open files            ${limit.padEnd(21)}${limit.padEnd(21)}files
`;

test('descriptors run out when few are left below the limit, wherever the free ones are', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'descriptors-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const [file, descriptors] = [join(directory, 'limits'), join(directory, 'fd')];
  const use = (...numbers: number[]): void => {
    rmSync(descriptors, { recursive: true, force: true });
    mkdirSync(descriptors);
    for (const number of numbers) writeFileSync(join(descriptors, String(number)), '');
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
  writeFileSync(file, limits('100'));
  const limit = DescriptorLimit.open(file, descriptors);
  t.after(() => limit.close());

  use(...upTo(50), 251);
  assert.equal(limit.reachedBy(50), undefined);
  use(...upTo(85), 251);
  assert.equal(limit.reachedBy(84), 100);
  use(...upTo(85).filter((number) => number !== 40));
  assert.equal(limit.reachedBy(84), undefined, 'one was given back');
  use(...upTo(85));
  assert.equal(limit.reachedBy(40), 100, 'its number is taken again');
  rmSync(descriptors, { recursive: true });
  assert.equal(limit.reachedBy(40), 100, 'too few are left to look');
  writeFileSync(file, limits('1000'));
  use(...upTo(85));
  assert.equal(limit.reachedBy(40), undefined, 'there are more now');
  writeFileSync(file, limits('unlimited'));
  assert.equal(limit.reachedBy(5000), undefined);
});

test("the process's own limit is far away", () => {
  const limit = DescriptorLimit.open();
  assert.equal(limit.reachedBy(3), undefined);
  limit.close();
  limit.close();
  assert.equal(limit.reachedBy(1e6), undefined);
});
