import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export type OpenPage = {
  readonly page: Page;
  /** Nothing went wrong: no error, no refusal by the policy, no dialog, no request to another host. */
  check(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Opens an address in a window of its own, and notes what should never happen. */
export async function openPage(
  browser: Browser,
  url: string,
  { mayDisconnect = false, ...options }: BrowserContextOptions & { mayDisconnect?: boolean } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ permissions: [], ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  const origin = new URL(url).origin;
  page.on('pageerror', (error) => wrong.push(String(error.stack)));
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const lost = mayDisconnect && /Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === 'error' && !lost) wrong.push(message.text());
  });
  page.on('request', (request) => {
    const to = request.url();
    if (!/^(data|blob):/.test(to) && to !== url && new URL(to).origin !== origin)
      wrong.push(`request: ${to}`);
    if (origin === 'null' && !/^(data|blob):/.test(to) && to !== url) wrong.push(`request: ${to}`);
  });
  await page.goto(url);
  return {
    page,
    check: async () => assert.deepEqual(wrong, []),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Fails with what axe-core finds that somebody could not see, hear or reach. */
export async function checkAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
  });
  assert.deepEqual(found, []);
}
