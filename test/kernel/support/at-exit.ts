/** Runs `cleanup` when this test file's process ends, also when it is interrupted. */
export function atExit(cleanup: () => void): void {
  if (cleanups.push(cleanup) > 1) return;
  process.on('exit', () => {
    for (const one of cleanups.splice(0)) one();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
}

const cleanups: (() => void)[] = [];
