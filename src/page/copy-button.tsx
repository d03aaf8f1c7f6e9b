import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Copies a text; says so for two seconds. `what` completes "Copy ..." for those who hear the page. */
export function CopyButton({ text, what }: { text: string | (() => string); what: string }): JSX.Element {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onClick = async (): Promise<void> => {
    setState((await copyText(typeof text === 'string' ? text : text())) ? 'copied' : 'failed');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState('idle'), 2000);
  };
  const label = { idle: 'Copy', copied: 'Copied', failed: 'Press Ctrl+C' }[state];
  return (
    <button type="button" class="copy" onClick={onClick} aria-label={`${label} ${what}`}>
      {label}
    </button>
  );
}

/** The clipboard's interface is there on https and localhost only; elsewhere a text field does. */
async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard !== undefined) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Without the permission, the older way may still work.
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'off-screen';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** A command or query on a line of its own, with a button that copies it. */
export function Code({ text, what }: { text: string; what: string }): JSX.Element {
  return (
    <div class="code">
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
