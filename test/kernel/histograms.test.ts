import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { matchesGolden } from './support/golden.ts';
import { needs } from './support/requirements.ts';

describe('histograms of known values', needs('native'), () => {
  it('have exactly these buckets, sums and counts', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ histograms: {} }),
      names: 'histograms',
    });
    const page = await exporter.scrape();
    matchesGolden('histograms', page.excerpt(/_(exp2|linear|fixed|empty)|decoder_errors/));
  });
});
