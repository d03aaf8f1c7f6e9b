import type { Feed } from './feed.ts';
import type { Live, MetricView } from './live.ts';
import type { LiveQuery } from './live-query.ts';
import type { LiveSource } from './live-source.ts';
import { type LiveMetric, liveMetrics } from './metric-source.ts';
import { matches, type Ranked, Ranking } from './ranking.ts';
import { statusOf } from './status.ts';
import { summarise } from './summaries.ts';
import { type SentView, viewOf } from './views.ts';

/** For so long a chart keeps its series, unless one is gone. */
const steadySeconds = 10;
/** Summaries have their last 15 minutes again after so long. */
const recentSeconds = 15;
const mostStacks = 500;

type View = {
  readonly ranking: Ranking;
  readonly stop: () => void;
  shown: readonly Ranked[];
  rankedAt: number;
  sent: SentView | undefined;
};

/** Somebody who looks, and what was shown to him so far. */
export class Viewer {
  readonly #source: LiveSource;
  readonly #feed: Feed;
  readonly #query: LiveQuery;
  readonly #views = new Map<string, View>();
  #recentAt = Number.NEGATIVE_INFINITY;

  constructor(source: LiveSource, feed: Feed, query: LiveQuery) {
    this.#source = source;
    this.#feed = feed;
    this.#query = query;
    for (const metric of this.#metrics()) {
      if (query.metrics.includes(metric.spec.name)) this.#views.set(metric.spec.name, this.#start(metric));
    }
  }

  /** Its series are ranked no more. */
  close(): void {
    for (const { stop } of this.#views.values()) stop();
  }

  /** What there is to say after a reading. `continues`: what was said before is known. */
  look(continues: boolean): Live {
    const time = this.#feed.time;
    const metrics = this.#metrics();
    const withRecent = !continues || time - this.#recentAt >= recentSeconds;
    if (withRecent) this.#recentAt = time;
    const summaries = summarise(metrics, this.#source.exporter.configs, time);
    return {
      version: 1,
      time: Number(time.toFixed(3)),
      status: statusOf(this.#source, this.#feed.runs),
      metrics: withRecent ? summaries : summaries.map(({ recent, ...rest }) => rest),
      views: this.#query.metrics.flatMap((name) => {
        const metric = metrics.find(({ spec }) => spec.name === name);
        const view = this.#views.get(name);
        return metric === undefined || view === undefined ? [] : [this.#show(metric, view, time, continues)];
      }),
      unknown: this.#query.metrics.filter((name) => metrics.every(({ spec }) => spec.name !== name)),
    };
  }

  #show(metric: LiveMetric, view: View, time: number, continues: boolean): MetricView {
    const { ranking } = view;
    const found = this.#largest(metric, ranking);
    const there = new Set(found.map(({ text }) => text));
    const steady = time - view.rankedAt < steadySeconds && view.shown.every(({ text }) => there.has(text));
    if (!steady || view.shown.length === 0) {
      const pins = found.filter(({ text }) => this.#query.pins.has(text)).length;
      view.shown = found.slice(0, this.#query.top + pins);
      view.rankedAt = time;
    }
    for (const { text, number } of view.shown) {
      metric.fine?.keep(text, number);
      metric.coarse?.keep(text, number);
    }
    const made = viewOf(metric, ranking, view.shown, this.#query, {
      time,
      sent: continues ? view.sent : undefined,
    });
    view.sent = { time, keys: made.series.map(({ key }) => key) };
    return made;
  }

  /** Those that the ranking found; at the first reading, which tells no speed, by what is kept of scrapes. */
  #largest({ coarse, spec }: LiveMetric, { found }: Ranking): readonly Ranked[] {
    if (spec.kind === 'gauge' || coarse === undefined) return found;
    if (found.some(({ speed }) => !Number.isNaN(speed))) return found;
    const { pins, search } = this.#query;
    const known = coarse.tracked
      .filter(({ text, number }) => number >= 0 && matches(text, search.toLowerCase()) && !pins.has(text))
      .sort((a, b) => b.score - a.score)
      .map(({ text, number }) => ({ text, number, value: Number.NaN, speed: Number.NaN }));
    const texts = new Set(known.map(({ text }) => text));
    const [pinned, rest] = [
      found.filter(({ text }) => pins.has(text)),
      found.filter(({ text }) => !texts.has(text)),
    ];
    return [...pinned, ...known, ...rest.filter(({ text }) => !pins.has(text))];
  }

  #start(metric: LiveMetric): View {
    const { search, pins, top } = this.#query;
    const ranking = new Ranking({
      search,
      pins,
      top: metric.stackLabel === undefined ? top * 2 : mostStacks,
      by: metric.spec.kind === 'gauge' ? 'value' : 'speed',
    });
    const stop = this.#feed.fine.rank(metric.family.name, ranking);
    return { ranking, stop, shown: [], rankedAt: 0, sent: undefined };
  }

  #metrics(): LiveMetric[] {
    return liveMetrics(this.#source.exporter.configs, this.#source.recorder, this.#feed.fine);
  }
}
