import { heatLines } from './heat-lines.ts';
import { type Look, type Style, sparkline, styleOf } from './look.ts';
import type { MetricState } from './metric-state.ts';
import { total } from './numbers.ts';
import { seriesLines } from './series-lines.ts';
import { fit, textWidth } from './text-width.ts';
import type { View } from './view.ts';

export type Frame = {
  readonly metrics: readonly MetricState[];
  readonly view: View;
  readonly intervalMs: number;
  /** What was logged last. */
  readonly note: string | undefined;
};

/** The least columns with which the list of metrics stands beside the chosen one. */
const wide = 90;
const listColumns = 36;

/** How many label sets a frame shows at once. */
export function pageRows(frame: Frame, look: Look): number {
  const metric = frame.metrics[frame.view.selected];
  if (metric === undefined) return 0;
  return Math.max(0, paneRows(frame, look) - headRows(metric, paneRows(frame, look), look));
}

/** The lines of a screen, each as wide as it or shorter. */
export function drawFrame(frame: Frame, look: Look): string[] {
  const style = styleOf(look.colours);
  const rows = paneRows(frame, look);
  const hasList = look.columns >= wide && frame.metrics.length > 1;
  const list = hasList ? listLines(frame, rows, look, style) : [];
  const columns = look.columns - (hasList ? listColumns + 1 : 0);
  const pane = paneLines(frame, { ...look, columns }, rows, style);
  const body = Array.from({ length: rows }, (_, i) => {
    const line = pane[i] ?? '';
    return hasList ? `${list[i] ?? ' '.repeat(listColumns)} ${line}` : line;
  });
  const note = frame.note === undefined ? [] : [style.warning(fit(frame.note, look.columns))];
  return [title(frame, look, style), ...body, ...note, footer(frame, look, style)].slice(0, look.rows);
}

function paneRows({ note }: Frame, { rows }: Look): number {
  return Math.max(0, rows - 2 - (note === undefined ? 0 : 1));
}

function title({ metrics, view, intervalMs }: Frame, { columns }: Look, style: Style): string {
  const configs = [...new Set(metrics.map(({ config }) => config))].join(', ');
  const place = metrics.length === 0 ? 'no metrics' : `metric ${view.selected + 1} of ${metrics.length}`;
  const right = view.paused ? 'PAUSED ' : `every ${intervalMs / 1000} s `;
  const left = ` ${configs || 'ebpf_exporter watch'}: ${place}`;
  return style.reverse(fit(left, Math.max(0, columns - right.length)) + right.slice(0, columns));
}

function footer({ view }: Frame, { columns, unicode }: Look, style: Style): string {
  const [side, up] = unicode ? ['←→', '↑↓'] : ['left/right', 'up/down'];
  const keys = [
    'q quit',
    `space ${view.paused ? 'go on' : 'pause'}`,
    `s sort: ${view.sorting}`,
    `${side} metric`,
    `${up} scroll`,
  ];
  // What a narrow terminal has no room for is left out, the last first.
  while (keys.length > 1 && textWidth(keys.join('  ')) > columns - 1) keys.pop();
  return style.dim(fit(` ${keys.join('  ')}`, columns));
}

function listLines({ metrics, view }: Frame, rows: number, { unicode }: Look, style: Style): string[] {
  const first = Math.max(0, Math.min(view.selected - Math.floor(rows / 2), metrics.length - rows));
  const line = unicode ? '│' : '|';
  const lines = metrics.slice(first, first + rows).map((metric, i) => {
    const number = total(metric);
    const name = fit(metric.name, listColumns - 3 - number.length);
    const isChosen = first + i === view.selected;
    const text = `${isChosen ? (unicode ? '▸' : '>') : ' '}${name} ${number}`;
    return (isChosen ? style.bold(text) : text) + style.dim(line);
  });
  const empty = ' '.repeat(listColumns - 1) + style.dim(line);
  return [...lines, ...Array.from({ length: Math.max(0, rows - lines.length) }, () => empty)];
}

function paneLines(frame: Frame, look: Look, rows: number, style: Style): string[] {
  const metric = frame.metrics[frame.view.selected];
  if (metric === undefined) return ['', fit(' No metric can be shown; the log says why.', look.columns)];
  const head = headLines(metric, rows, look, style);
  const left = rows - head.length;
  return [...head, ...seriesLines(metric, frame.view, { ...look, rows: left }, style)];
}

/** Name, help, and the whole metric over time. */
function headLines(metric: MetricState, rows: number, look: Look, style: Style): string[] {
  const { columns } = look;
  const { name, kind, help, history } = metric;
  const lines = [
    style.bold(fit(name, Math.min(textWidth(name), columns))) +
      style.dim(fit(` ${kind}`, Math.max(0, columns - textWidth(name)))),
    style.dim(fit(help, columns)),
  ];
  if (metric.kind === 'histogram')
    return [...lines, ...heatLines(metric, { ...look, rows: heatRows(rows) }, style)];
  const text = fit(total(metric), Math.min(11, columns), 'right');
  const line = sparkline(
    history.map((moment) => moment.total),
    columns - 12,
    look.unicode,
  );
  return [...lines, columns < 24 ? text : `${text} ${style.accent(line)}`];
}

function headRows(metric: MetricState, rows: number, look: Look): number {
  return headLines(metric, rows, look, styleOf(false)).length;
}

/** Half of the rows, since what is below is of the same worth. */
function heatRows(rows: number): number {
  return Math.max(3, Math.floor(rows / 2));
}
