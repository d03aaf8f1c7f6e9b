import { run } from './announce.mjs';
import { installGuestPackages } from './debian-packages.mjs';
import { setup } from './setup.mjs';
import { runInGuests } from './vm-test.mjs';

run(async () => {
  await setup();
  await installGuestPackages();
  return runInGuests('test/vm/command.ts', process.argv.slice(2));
});
