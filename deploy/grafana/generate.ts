import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboards } from './dashboards.ts';

// npm run dashboards: writes deploy/grafana/NAME.json of every dashboard.
for (const [name, model] of Object.entries(dashboards())) {
  writeFileSync(join(import.meta.dirname, `${name}.json`), `${JSON.stringify(model, null, 2)}\n`);
}
