import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { LocalStack } from '../../local/stack/local-stack.ts';
import { startBrowser } from '../../test/browser/start-browser.ts';
import { sluice } from '../commands/command-process.ts';
import { median } from '../rollback/median.ts';

const visits = 3;
const longestMs = 30_000;
const lookEveryMs = 20;

export interface PageTimes {
  /** Of the page with its style and script: the product's pages ask for nothing else. */
  readonly transferredBytes: number;
  readonly paintedMs: number;
  readonly visibleMs: number;
}

/** Opens the page of a rollout as `sluice open` gives it, in a real browser, and has the rollout paused and resumed meanwhile. */
export async function measurePages(stack: LocalStack, rolloutId: string): Promise<PageTimes> {
  const browser = await startBrowser();
  try {
    const page = await opened(browser, stack, rolloutId);
    const painted: number[] = [];
    let transferredBytes = 0;
    for (let visit = 0; visit < visits; visit += 1) {
      await page.reload();
      const { bytes, paintedMs } = await figuresOf(page);
      painted.push(paintedMs);
      transferredBytes = Math.max(transferredBytes, bytes);
    }
    const visible = [
      await visibleAfter(page, stack, ['pause', rolloutId, '--as', 'qa', '--reason', 'measured'], 'paused by qa'),
      await visibleAfter(page, stack, ['resume', rolloutId, '--as', 'qa', '--reason', 'measured'], 'Resumed by qa'),
    ];
    return { transferredBytes, paintedMs: median(painted), visibleMs: Math.max(...visible) };
  } finally {
    await browser.close();
  }
}

async function opened(browser: Browser, { aws }: LocalStack, rolloutId: string): Promise<Page> {
  const url = (await sluice(aws.environment, 'open', rolloutId)).trim();
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.getByText(rolloutId).first().waitFor({ timeout: longestMs });
  return page;
}

/** What the browser itself says of the page that it shows. */
async function figuresOf(page: Page): Promise<{ readonly bytes: number; readonly paintedMs: number }> {
  // The page's policy forbids evaluating text, so Playwright cannot wait for a condition inside it: the condition is polled from here.
  const deadline = performance.now() + longestMs;
  while (performance.now() < deadline) {
    const [bytes = 0, paintedMs] = await page.evaluate<number[]>(
      "[performance.getEntriesByType('navigation')[0].transferSize, ...performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime)]",
    );
    if (paintedMs !== undefined) return { bytes, paintedMs };
    await sleep(lookEveryMs);
  }
  throw new Error('The page was not painted.');
}

/** Milliseconds from when a command's effect is in the record until the open page shows it. */
async function visibleAfter(
  page: Page,
  { aws, clients }: LocalStack,
  [verb, rolloutId, ...options]: readonly [string, string, ...string[]],
  text: string,
): Promise<number> {
  const shown = page
    .getByText(text)
    .first()
    .waitFor({ timeout: longestMs })
    .then(() => performance.now());
  const before = (await clients.store.load(rolloutId))?.sequence ?? 0;
  const told = sluice(aws.environment, verb, rolloutId, ...options);
  const deadline = performance.now() + longestMs;
  while (((await clients.store.load(rolloutId))?.sequence ?? 0) === before && performance.now() < deadline) {
    await sleep(lookEveryMs);
  }
  const recorded = performance.now();
  await told;
  return (await shown) - recorded;
}
