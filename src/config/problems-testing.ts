/* Files with marked places, for tests of what is said of them. */

/** A text with ▸ before each place that a message is expected for; the last place is that of the rest. */
export type Case = [what: string, text: string, ...messages: string[]];

export const hex = 'decoders: [{name: hex}]';
export const bucket = 'labels: [{name: bucket, size: 8, decoders: [{name: uint}]}]';
export function expected(text: string, messages: readonly string[]): string[] {
  const places = markers(text);
  return messages.map((message, i) => `test.yaml:${places[i] ?? places.at(-1) ?? '1:1'}: ${message}`);
}

/** LINE:COLUMN of every marker, in the text without them. */
export function markers(text: string): string[] {
  return text.split('\n').flatMap((line, i) =>
    line
      .split('▸')
      .slice(0, -1)
      .map((_, nth, parts) => `${i + 1}:${parts.slice(0, nth + 1).join('').length + 1}`),
  );
}

export function beside(keys: string): string {
  return `{${keys}, metrics: {counters: [{name: a, help: h}]}}`;
}

export function counter(keys: string): string {
  return `{metrics: {counters: [{name: a, help: h, ${keys}}]}}`;
}

export function label(item: string): string {
  return counter(`labels: [${item}]`);
}

export function decoder(item: string): string {
  return label(`{name: a, size: 1, decoders: [${item}]}`);
}

export function histogram(start: string, end = bucket): string {
  return `{metrics: {histograms: [${start} name: a, help: h, ${end}]}}`.replace(/\]\}\}$/, '}]}}');
}
