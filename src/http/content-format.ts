import type { Format } from '../exposition/format.ts';
import { weightsOf } from './weights.ts';

/** What to serve a client with this Accept header: OpenMetrics 1.0.0 only when it asks for it and weighs it no less. */
export function chooseFormat(accept: string | undefined): Format {
  const weights = weightsOf(
    accept,
    ({ name, parameters }) =>
      name !== 'application/openmetrics-text' || /^(1\.0\.0)?$/.test(parameters.get('version') ?? ''),
  );
  const openMetrics = weights.get('application/openmetrics-text') ?? 0;
  const text = weights.get('text/plain') ?? weights.get('text/*') ?? weights.get('*/*') ?? 0;
  return openMetrics > 0 && openMetrics >= text ? 'openmetrics' : 'text';
}
