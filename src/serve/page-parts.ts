import { setImmediate } from 'node:timers/promises';
import type { Page, PagePart } from '../exposition/page.ts';
import { inSlices } from './in-slices.ts';

/** Small enough to stay in the processor's cache until it is sent, large enough that sending it does not show. */
const partBytes = 256 * 1024;

export type PageWork = {
  /** Writes the page, in slices. */
  readonly lines: Iterable<void>;
  /** Once it resolves, the rest of the page is written into memory, however long its reader takes. */
  readonly hurry: Promise<void>;
  /** Called when the last line is written, or nobody wants the rest. Can be called twice. */
  onWritten(): void;
};

/**
 * A page as it is sent: the next part is written, into the same buffer, when the one before is done with. So a page of
 * any size takes the memory of a part, unless its reader is slow and somebody else waits.
 */
export async function* pageParts(
  page: Page,
  { lines, hurry, onWritten }: PageWork,
): AsyncGenerator<PagePart> {
  const work = lines[Symbol.iterator]();
  let complete = false;
  let hurried = false;
  let taken = false;
  let rest: Promise<void> | undefined;
  function* fill(): Iterable<void> {
    while (!complete && (hurried || page.length < partBytes)) {
      complete = work.next().done === true;
      yield;
    }
    if (complete) onWritten();
  }
  void hurry.then(() => {
    hurried = true;
    if (complete || !taken) return;
    page.leave();
    rest = inSlices(fill());
    rest.catch(() => undefined); // whoever asks for the next part is told
  });
  try {
    for (let last = false; !last; ) {
      if (rest === undefined) {
        page.clear();
        await inSlices(fill());
      } else await rest;
      last = complete;
      taken = true;
      yield { bytes: page.bytes(), last };
      taken = false;
      await setImmediate(); // sending need not have waited for anything
    }
  } finally {
    complete = true;
    onWritten();
  }
}
