import assert from 'node:assert/strict';
import { closeSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { openNative } from '../../src/native/library.ts';
import { openListenSocket } from '../../src/process/listen-socket.ts';
import { examples } from './support/configs.ts';
import { binary, freePort } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { start } from './support/run.ts';
import { until } from './support/wait.ts';

describe('a socket that the service manager passes', needs('linux 5.19'), () => {
  for (const keep of ['all', 'none']) {
    it(`is served with --capabilities.keep=${keep}, also to who came before the exporter`, async () => {
      const port = await freePort();
      const socket = await openListenSocket(openNative(), { host: '127.0.0.1', port });
      const early = status(port);
      const flags = [`--config.dir=${examples}`, '--config.names=timers', `--capabilities.keep=${keep}`];
      const exporter = start(
        'sh',
        ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', 'sh', binary, ...flags, '--web.listen-address=fd://0'],
        { stdio: ['ignore', 'pipe', 'pipe', socket] },
      );
      closeSync(socket);
      assert.equal(await early, 200);
      await until('it says so', () => /Listening on fd:\/\/0/.test(exporter.stderr));
      assert.equal(await status(port), 200);
      exporter.child.kill('SIGTERM');
      assert.equal((await exporter.ended).code, 0);
    });
  }
});

function status(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/metrics', agent: false }, (response: IncomingMessage) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
  });
}
