import type { Problem } from '../live/live.ts';

export type ProblemText = {
  /** What is wrong, short enough to be read at a glance. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: readonly string[];
  /** The whole message, where the title is not all of it. */
  readonly whole: string | undefined;
};

const longest = 200;

/** An error's message has what is known of the cause, and behind it what to do: what a reader needs of it comes first. */
export function problemText({ what, remedy }: Pick<Problem, 'what' | 'remedy'>): ProblemText {
  const [before = '', ...behind] = what.split('What to do: ');
  const [line = ''] = before.trim().split('\n', 1);
  const title = line.length > longest ? `${line.slice(0, line.lastIndexOf(' ', longest))} …` : line;
  const [said = ''] = behind.join(' ').trim().split('\n', 1);
  const advice = [said.charAt(0).toUpperCase() + said.slice(1), remedy ?? ''].filter((text) => text !== '');
  const isAll = title === before.trim() && said === behind.join(' ').trim();
  return { title, advice, whole: isAll ? undefined : what };
}
