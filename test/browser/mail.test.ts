import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { mailContent } from '../../lib/channels/mail/content.ts';
import { transitionMessage } from '../../lib/messages/message.ts';
import { after, at, samples } from '../rollout/sample-events.ts';
import { startBrowser } from './start-browser.ts';

const shots = path.resolve(import.meta.dirname, '../../.sluice/screenshots');
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
  await mkdir(shots, { recursive: true });
});
afterAll(() => browser.close());

test.each(['TrafficNotRestored', 'DecisionRequested', 'IncidentOpened'] as const)(
  'the mail of %s is not wider than a phone',
  async (type) => {
    const state = after();
    const recorded = { rolloutId: state.rolloutId, sequence: 2, at, event: samples[type] };
    const message = transitionMessage(recorded, [], state, { stage: 'production', region: 'eu-west-1' });
    const context = await browser.newContext({ viewport: { width: 360, height: 700 }, colorScheme: 'dark' });
    const page = await context.newPage();
    await page.setContent(mailContent(message, false).html);
    await page.screenshot({ path: path.join(shots, `mail-${type}-360-dark.png`), fullPage: true });

    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await context.close();
  },
);
