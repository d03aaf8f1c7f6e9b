/** Whether bounds are evenly spaced; else they are shown on a logarithmic axis. */
export function axisOf(bounds: readonly number[]): 'linear' | 'log' {
  const steps = bounds.slice(1).map((bound, i) => bound - bounds[i]!);
  const even = steps.every((step) => Math.abs(step - steps[0]!) <= 1e-6 * Math.abs(steps[0]!));
  return even ? 'linear' : 'log';
}
