import { onlineCpus } from '../bpf/perf-event.ts';

/** The list is not read again within so many milliseconds, however many metrics ask. */
const readAgainMs = 1000;

/** The CPUs that are online, of `possible`: all of them where the kernel does not say. */
export function watchOnlineCpus(
  possible: number,
  read: () => readonly number[] = onlineCpus,
  nowMs: () => number = () => performance.now(),
): () => readonly number[] {
  let cpus: readonly number[] = Array.from({ length: possible }, (_, cpu) => cpu);
  let readAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (nowMs() - readAtMs < readAgainMs) return cpus;
    readAtMs = nowMs();
    try {
      cpus = read();
    } catch {
      // Without /sys, what was known last is the best guess.
    }
    return cpus;
  };
}
