import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../live/live.ts';
import { Code } from './copy-button.tsx';
import { problemText } from './problem-text.ts';

/** More than these would push all else off the screen. */
const first = 6;

/** What is wrong, the worst first, each with what to do about it. */
export function Problems({ problems }: { problems: readonly Problem[] }): JSX.Element | null {
  const [all, setAll] = useState(false);
  if (problems.length === 0) return null;
  const shown = all ? problems : problems.slice(0, first);
  return (
    <section class="problems" aria-labelledby="problems">
      <h2 id="problems">Problems</h2>
      <ul>
        {shown.map((problem) => (
          <Item key={`${problem.where} ${problem.what}`} problem={problem} />
        ))}
      </ul>
      {problems.length > first && (
        <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the first ${first}` : `Show all ${problems.length} problems`}
        </button>
      )}
    </section>
  );
}

function Item({ problem }: { problem: Problem }): JSX.Element {
  const { severity, where, command } = problem;
  const { title, advice, whole } = problemText(problem);
  return (
    <li class={severity}>
      <p class="where">
        <span class="severity">{severity}</span> {where}
      </p>
      <p class="what">{title}</p>
      {advice.map((text) => (
        <p class="remedy" key={text}>
          {text}
        </p>
      ))}
      {command !== undefined && <Code text={command} what={`command for ${where}`} />}
      {whole !== undefined && (
        <details>
          <summary>All of the message</summary>
          <pre>{whole}</pre>
        </details>
      )}
    </li>
  );
}
