import type { Finding } from './problem.ts';
import { quote } from './quote.ts';
import { found, type Item, items, textOf } from './tree.ts';

/** How the labels of a metric go together. */
export function checkLabels(kind: string, metric: Item): Finding[] {
  const labels = items(metric, 'labels');
  return [...checkLabelNames(kind, labels), ...checkSizes(labels)];
}

/** All labels say their sizes, or all are fields, and `cpu` with them. */
export function checkSizes(labels: readonly Item[]): Finding[] {
  const sized = labels.find(({ value }) => value.size !== undefined);
  return labels.flatMap((label) => {
    const { size, padding, field, decoders } = label.value;
    if (size === undefined) {
      if (padding !== undefined)
        return found([...label.path, 'padding'], 'padding without size; a size is needed');
      return sized === undefined
        ? []
        : found(
            label.path,
            'label has no size, others of the metric have; a size for all of them, or for none, is needed',
          );
    }
    if (field !== undefined)
      return found([...label.path, 'field'], 'label has a size and a field; one of them is needed');
    return decoders === undefined
      ? found(label.path, 'label has no "decoders"; a list of one or more decoders is needed')
      : [];
  });
}

/** Each name once. */
export function checkLabelNames(kind: string, labels: readonly Item[]): Finding[] {
  const seen = new Set<string>();
  return labels.flatMap((label) => {
    const name = textOf(label, 'name');
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return [];
    }
    return found(
      [...label.path, 'name'],
      `label ${quote(name)} is in the ${kind} twice; each name once is needed`,
    );
  });
}

/** Counters and histograms would lose what they counted when such a field changes. */
export function checkValueLabels(metric: Item): Finding[] {
  return items(metric, 'labels').flatMap((label) =>
    textOf(label, 'field')?.startsWith('value.')
      ? found(
          [...label.path, 'field'],
          'label is a field of the value; a gauge, or a field of the key, is needed',
        )
      : [],
  );
}
