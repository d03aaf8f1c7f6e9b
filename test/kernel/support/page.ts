export type Labels = Readonly<Record<string, string>>;
export type Sample = {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly line: string;
};
export type Family = {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
};

/** A page in text format 0.0.4. Throws on any line that the format does not have. */
export class Page {
  readonly text: string;
  readonly families: readonly Family[];

  constructor(text: string) {
    this.text = text;
    this.families = parse(text);
  }

  /** The samples of that name that have these labels and maybe others. */
  samples(name: string, labels: Labels = {}): readonly Sample[] {
    return this.families
      .flatMap((family) => family.samples)
      .filter((sample) => sample.name === name)
      .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value));
  }

  /** The sum of `samples`; 0 when there are none. */
  sum(name: string, labels: Labels = {}): number {
    return this.samples(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The values that a label has in the samples of that name, sorted. */
  labelValues(name: string, label: string): string[] {
    return this.samples(name)
      .map(({ labels }) => labels[label] ?? '')
      .sort();
  }

  /** Families whose names match, as served but for the order of series, which is free. */
  excerpt(names: RegExp): string {
    return this.families
      .filter(({ name }) => names.test(name))
      .flatMap(({ name, help, type, samples }) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...(type === 'histogram' ? linesByHistogram(samples) : samples.map(({ line }) => line).sort()),
        '',
      ])
      .join('\n');
  }
}

/** Histograms in the order of their labels; the lines of each as served. */
function linesByHistogram(samples: readonly Sample[]): string[] {
  const histogram = ({ labels: { le, ...labels } }: Sample): string => JSON.stringify(labels);
  return samples
    .toSorted((a, b) => (histogram(a) < histogram(b) ? -1 : Number(histogram(a) > histogram(b))))
    .map(({ line }) => line);
}

const labelPattern = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\n"])*)"/;
const samplePattern = new RegExp(
  `^([a-zA-Z_:][\\w:]*)(?:\\{(${labelPattern.source}(?:,${labelPattern.source})*)\\})? (\\S+)$`,
);

function parse(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error(`the last line of the page has no end: ${text.slice(-100)}`);
  const families: (Family & { samples: Sample[] })[] = [];
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    const family = families.at(-1);
    if (kind === 'HELP') {
      families.push({ name, help: rest, type: '', samples: [] });
    } else if (kind === 'TYPE' && family?.name === name && family.type === '') {
      families[families.length - 1] = { ...family, type: rest };
    } else if (kind === undefined && family !== undefined && ofFamily(line, family)) {
      family.samples.push(parseSample(line));
    } else {
      throw new Error(`not a line that may stand here: ${line}`);
    }
  }
  return families;
}

function ofFamily(line: string, { name, type }: Family): boolean {
  const suffixes = { histogram: '_bucket|_sum|_count', summary: '|_sum|_count' }[type] ?? '';
  return line.startsWith(name) && new RegExp(`^(${suffixes})[{ ]`).test(line.slice(name.length));
}

function parseSample(line: string): Sample {
  const match = samplePattern.exec(line);
  const digits = match?.at(-1)?.replace('Inf', 'Infinity');
  const value = Number(digits);
  if (match === null || (Number.isNaN(value) && digits !== 'NaN')) throw new Error(`not a sample: ${line}`);
  const labels = [...(match[2] ?? '').matchAll(new RegExp(labelPattern, 'g'))];
  return {
    name: match[1]!,
    labels: Object.fromEntries(labels.map(([, name, escaped]) => [name, unescaped(escaped!)])),
    value,
    line,
  };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
}
