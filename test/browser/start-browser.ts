import { existsSync } from 'node:fs';
import packed from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Browsers that may be installed; the one that the development dependencies bring runs on Linux alone. */
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Web security stays on, other than in the packed browser's own options: it is what is tested. */
const options = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-zygote',
  '--font-render-hinting=none',
];

/**
 * Starts the browser that `SLUICE_BROWSER` names, one that is installed, or the one inside `@sparticuz/chromium`.
 * @throws Error that says how to proceed, where none starts: a page that nobody tried in a browser is not tested
 */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await findBrowser();
  try {
    return await chromium.launch({ executablePath, args: options, headless: true });
  } catch (error) {
    throw new Error(
      `The browser ${executablePath} did not start. Install Chromium or Chrome (on Debian: apt-get install chromium) and name it in SLUICE_BROWSER, then run the test again.`,
      { cause: error },
    );
  }
}

async function findBrowser(): Promise<string> {
  const named = process.env['SLUICE_BROWSER'];
  if (named !== undefined && named !== '') return named;
  const found = installed.find((file) => existsSync(file));
  if (found !== undefined) return found;
  if (process.platform === 'linux') return packed.executablePath();
  throw new Error(
    'No browser was found. Install Chrome or Chromium, or name one in SLUICE_BROWSER, then run the test again.',
  );
}
