import type { JSX } from 'preact';
import { formatView, type ViewState } from './view-state.ts';

type Props = {
  name: string;
  view: ViewState;
  options: readonly {
    readonly text: string;
    readonly change: Partial<ViewState>;
    readonly chosen: boolean;
  }[];
};

/** One of a few, each a link to the view that is like this one but for it. */
export function Choice({ name, view, options }: Props): JSX.Element {
  return (
    <nav class="choice" aria-label={name}>
      {options.map(({ text, change, chosen }) => (
        <a key={text} href={formatView({ ...view, ...change })} aria-current={chosen ? 'true' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
