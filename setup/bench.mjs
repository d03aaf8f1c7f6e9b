import { run } from './announce.mjs';
import { foreground } from './foreground.mjs';
import { pinnedNode, root } from './place.mjs';
import { setup } from './setup.mjs';

run(async () => {
  await setup();
  return foreground(pinnedNode, ['bench/main.ts', ...process.argv.slice(2)], { cwd: root });
});
