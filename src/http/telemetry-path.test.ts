import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTelemetryPath } from './telemetry-path.ts';

for (const path of ['/metrics', '/', '/a=b', '/a/b/', '/mé', '/...']) {
  test(`${path} can be asked for`, () => checkTelemetryPath(path, ['/maps']));
}

const refused: readonly [path: string, problem: string][] = [
  ['', 'must start with a slash'],
  ['metrics', 'must start with a slash'],
  ['/metrics?x', 'can never match: a request\'s path has no "?"'],
  ['/metrics#x', 'can never match: a request\'s path has no "#"'],
  ['/a%20b', 'can never match: a request\'s path has no "%"'],
  ['/a b', 'can never match: a request\'s path has no " "'],
  ['/a/../b', 'can never match: clients resolve "." and ".." before they ask'],
  ['/maps', 'is the path of another page'],
];
for (const [path, problem] of refused) {
  test(`"${path}" is refused: ${problem}`, () =>
    assert.throws(() => checkTelemetryPath(path, ['/maps']), {
      code: 'usage',
      message: `--web.telemetry-path "${path}" ${problem}; /metrics, say, is needed`,
    }));
}
