/** What an operation took. */
export type Cost = {
  /** User and system time of all threads of the process. */
  readonly cpuMs: number;
  readonly wallMs: number;
};

/** Costs of the same operation, in the order they were measured. */
export type Costs = readonly Cost[];

/** Runs an operation of this process. Threads of the runtime count: collecting garbage is part of the price. */
export async function costOf(operation: () => unknown): Promise<Cost> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await operation();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - wall };
}

/** NaN of nothing. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length - 1 - middle], sorted[middle]];
  return (low + high) / 2;
}

export function medianCpuMs(costs: Costs): number {
  return median(costs.map(({ cpuMs }) => cpuMs));
}

export function medianWallMs(costs: Costs): number {
  return median(costs.map(({ wallMs }) => wallMs));
}
