import type { ComponentChildren, JSX } from 'preact';
import type { ScrapeInfo, Status } from '../live/live.ts';
import { cpuShare, seconds } from './numbers.ts';
import { ago, counted, duration, grouped } from './words.ts';

type Props = { status: Status; now: number };

/** The few numbers that say how it is. */
export function Tiles({ status, now }: Props): JSX.Element {
  const { programs, configs, lastScrape, streams, decoderErrors, statistics } = status;
  const attached = programs.filter((program) => program.attached).length;
  const loaded = configs.filter((config) => config.loaded).length;
  const lost = streams.reduce((sum, stream) => sum + stream.lost, 0);
  const undecoded = decoderErrors.reduce((sum, errors) => sum + errors.count, 0);
  const share = programs.reduce((sum, program) => sum + (program.cpuShare ?? 0), 0);
  return (
    <ul class="tiles" aria-label="At a glance">
      <Tile name="Programs cost" note={statistics.enabled ? 'of one CPU' : 'statistics are off'}>
        {statistics.enabled ? cpuShare(share) : '–'}
      </Tile>
      <Tile
        name="Programs attached"
        bad={attached < programs.length || loaded < configs.length}
        note={`${loaded} of ${counted(configs.length, 'config')} loaded`}
      >
        {attached}/{programs.length}
      </Tile>
      <Tile
        name="Last scrape"
        note={lastScrape === undefined ? 'nobody has scraped yet' : scrapeNote(lastScrape)}
      >
        {lastScrape === undefined ? '–' : ago(now - lastScrape.time)}
      </Tile>
      <Tile name="Records lost" bad={lost > 0} note={counted(streams.length, 'stream')}>
        {grouped(lost)}
      </Tile>
      <Tile name="Decoder errors" bad={undecoded > 0} note="keys left out">
        {grouped(undecoded)}
      </Tile>
      <Tile name="Up" note={`${status.host.kernel}`}>
        {duration(now - status.startedAt)}
      </Tile>
    </ul>
  );
}

function scrapeNote({ seconds: took, series }: ScrapeInfo): string {
  return series === undefined ? seconds(took) : `${seconds(took)}, ${counted(series, 'series', 'series')}`;
}

type TileProps = { name: string; note: string; bad?: boolean; children: ComponentChildren };

function Tile({ name, note, bad, children }: TileProps): JSX.Element {
  return (
    <li class={bad ? 'bad-tile' : ''}>
      <span class="tile-name">{name}</span>
      <span class="tile-value">{children}</span>
      <span class="tile-note" title={note}>
        {note}
      </span>
    </li>
  );
}
