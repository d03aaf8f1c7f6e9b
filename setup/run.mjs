import { run } from './announce.mjs';
import { foreground } from './foreground.mjs';
import { pinnedNode, root, toolPath } from './place.mjs';
import { setup } from './setup.mjs';

// node setup/run.mjs SCRIPT [ARGUMENT ...]: the set-up, then a script of ours on the pinned Node.js.
run(async () => {
  const [script = '', ...args] = process.argv.slice(2);
  await setup({ forTests: script.startsWith('test/') });
  return foreground(pinnedNode, [script, ...args], { cwd: root, env: { ...process.env, PATH: toolPath } });
});
