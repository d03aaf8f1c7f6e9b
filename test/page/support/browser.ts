import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Debian's, or one that is named. */
const commands = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** The browser that tests of the page run in; undefined where there is none. */
export function browserPath(): string | undefined {
  const paths = (process.env.PATH ?? '').split(delimiter);
  const found = commands.flatMap((command) => paths.map((path) => join(path, command))).find(isExecutable);
  return process.env.PAGE_TESTS_BROWSER ?? found;
}

/** Options for a suite that needs a browser. */
export function needsBrowser(): { skip: string | false } {
  return {
    skip:
      browserPath() === undefined
        ? 'there is no Chromium: apt-get install --no-install-recommends chromium-headless-shell'
        : false,
  };
}

/** To be closed. Root's browser has no sandbox; it sees our own pages only. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath()!,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server'],
    chromiumSandbox: false,
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
