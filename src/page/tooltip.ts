import type uPlot from 'uplot';

export type TooltipLine = { readonly color?: string; readonly name: string; readonly value: string };
export type TooltipText = { readonly title: string; readonly lines: readonly TooltipLine[] };

/** Shows what is under the pointer beside it. `describe` is asked with places on the chart; undefined shows nothing. */
export function tooltip(
  describe: (plot: uPlot, index: number, top: number) => TooltipText | undefined,
): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = 'tooltip';
  box.hidden = true;
  return {
    hooks: {
      init: (plot) => {
        plot.over.append(box);
        plot.over.addEventListener('pointerleave', () => {
          box.hidden = true;
        });
      },
      setCursor: (plot) => {
        const { idx, left = -1, top = -1 } = plot.cursor;
        const text = idx === null || idx === undefined || left < 0 ? undefined : describe(plot, idx, top);
        box.hidden = text === undefined;
        if (text === undefined) return;
        write(box, text);
        const { clientWidth: width, clientHeight: height } = plot.over;
        const right = left > width / 2;
        box.style.left = right ? '' : `${left + 14}px`;
        box.style.right = right ? `${width - left + 14}px` : '';
        box.style.top = `${Math.max(0, Math.min(top - 20, height - box.offsetHeight))}px`;
      },
    },
  };
}

function write(box: HTMLElement, { title, lines }: TooltipText): void {
  const head = document.createElement('div');
  head.className = 'tooltip-title';
  head.textContent = title;
  box.replaceChildren(
    head,
    ...lines.map(({ color, name, value }) => {
      const row = document.createElement('div');
      const swatch = document.createElement('i');
      if (color !== undefined) swatch.style.background = color;
      const label = document.createElement('span');
      label.textContent = name;
      const number = document.createElement('b');
      number.textContent = value;
      row.append(swatch, label, number);
      return row;
    }),
  );
}
