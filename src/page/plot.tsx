import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useScheme } from './scheme.ts';

type Props = {
  /** Says what is drawn to those who cannot see it. */
  label: string;
  height: number;
  /** A chart with another identity is made anew; one with the same gets the new data. */
  identity: string;
  makeOptions: () => Omit<uPlot.Options, 'width' | 'height'>;
  data: uPlot.AlignedData;
};

/** A chart as wide as there is room. */
export function Plot({ label, height, identity, makeOptions, data }: Props): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useScheme();
  useEffect(() => {
    const element = place.current!;
    const made = new uPlot({ ...makeOptions(), width: element.clientWidth, height }, data, element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [identity, scheme, height]);
  useEffect(() => plot.current?.setData(data), [data]);
  return <div class="plot" ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}
