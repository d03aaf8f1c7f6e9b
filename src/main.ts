import { run } from './cli/run.ts';

// Not by `exitCode`: pages that are still being compressed for clients would keep the process for seconds.
// Not by top-level await either: the bundle is CommonJS.
void run(process.argv.slice(2)).then((code) => process.exit(code));
