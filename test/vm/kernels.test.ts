import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './place.ts';
import { missingForGuests } from './skip.ts';

test('the kernel suite passes on other kernels', { skip: missingForGuests() ?? false }, async () => {
  // What they print is part of the result, and comes as they go.
  const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
  const command = ['--pdeathsig', 'KILL', ...node, join(root, 'test/vm/suite.ts')];
  const suite = spawn('setpriv', command, { stdio: ['ignore', 'inherit', 'inherit'] });
  assert.deepEqual(await once(suite, 'exit'), [0, null]);
});
