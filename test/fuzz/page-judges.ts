import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FuzzedPages } from './pages.ts';

const openMetricsParser = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for name in sys.argv[1:]:
    with open(name, encoding='utf-8', newline='') as page:
        try:
            list(text_string_to_metric_families(page.read()))
        except Exception as error:
            sys.exit(f'{name}: {error}')
`;

/** Parsers that are not ours: promtool for the text format, Debian's python3-prometheus-client for OpenMetrics. */
export class PageJudges {
  readonly #kept: FuzzedPages[] = [];

  /** Keeps at most 300 pairs: each page costs promtool a process. */
  keep(pages: FuzzedPages): void {
    if (this.#kept.length < 300) this.#kept.push(pages);
  }

  /** Throws on the first page that a parser refuses. Says what was judged, or that a parser is not there. */
  judge(): string {
    return [this.#judgeText(), this.#judgeOpenMetrics()].join('\n');
  }

  #judgeText(): string {
    for (const { text } of this.#kept.filter((pages) => pages.text.length > 0)) {
      const { status, error, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text });
      if (error !== undefined) return `Not judged: promtool cannot be run (${error.message})`;
      // 3: the page is sound, but names are not as promtool likes them.
      if (status !== 0 && status !== 3) throw new Error(`promtool: ${stderr}\n${text}`);
    }
    return `${this.#kept.length} text pages accepted by promtool`;
  }

  #judgeOpenMetrics(): string {
    const directory = mkdtempSync(join(tmpdir(), 'pages-'));
    try {
      const files = this.#kept.map(({ openmetrics }, i) => {
        const file = join(directory, `${i}.txt`);
        writeFileSync(file, openmetrics);
        return file;
      });
      const { status, stderr } = spawnSync('/usr/bin/python3', ['-c', openMetricsParser, ...files], {
        encoding: 'utf8',
      });
      if (status === 0) return `${files.length} OpenMetrics pages accepted by prometheus_client`;
      if (/ModuleNotFoundError|ENOENT/.test(stderr ?? 'ENOENT'))
        return 'Not judged: Python has no prometheus_client';
      const page = files.findIndex((file) => stderr.startsWith(file));
      throw new Error(`prometheus_client: ${stderr}\n${this.#kept[page]?.openmetrics}`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}
