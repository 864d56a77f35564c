// Writes the dashboards that Grafana reads: node dashboards/source/generate.ts
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DASHBOARDS } from './all.ts';
import { grafanaDashboard } from './grafana.ts';

for (const [name, dashboard] of Object.entries(DASHBOARDS)) {
  const file = join(import.meta.dirname, '..', `${name}.json`);
  await writeFile(file, `${JSON.stringify(grafanaDashboard(dashboard), undefined, 2)}\n`);
}
