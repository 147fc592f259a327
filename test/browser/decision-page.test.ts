import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { awaitApproval } from '../../lib/usecases/people/await-approval.ts';
import { shiftTraffic } from '../../lib/usecases/shifting/shift-traffic.ts';
import { LinkDesk } from '../console/link-desk.ts';
import { eventually } from '../setup/eventually.ts';
import { type Journey, journeyTo, withApprovals } from '../usecases/journey.ts';
import { type LinkServer, serveForeign, serveLinks } from './link-server.ts';
import { startBrowser } from './start-browser.ts';

let browser: Browser;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});

beforeEach(() => {
  // The functions' log.
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const one of open.splice(0).toReversed()) await one.close();
});

afterAll(() => browser.close());

interface Served {
  readonly journey: Journey;
  readonly desk: LinkDesk;
  readonly server: LinkServer;
  readonly urlFor: (name: string) => Promise<string>;
}

async function served(journey: Journey): Promise<Served> {
  const desk = new LinkDesk(journey);
  const server = await serveLinks(desk);
  open.push(server);
  return { journey, desk, server, urlFor: async (name) => `${desk.linksUrl}/decide/${await desk.issue(name)}` };
}

async function asked(): Promise<Served> {
  const journey = await journeyTo('checked', { spec: withApprovals() });
  await awaitApproval({ ...journey.owned, taskToken: 'token' }, journey.world);
  return served(journey);
}

async function baking(): Promise<Served> {
  const journey = await journeyTo('shifted', { spec: withApprovals({ required: [] }) });
  const gate = (await journey.stored()).state.spec.gates[0]?.name ?? '';
  const reason = 'errors 2.1 % against 0.9 % of blue, 140 requests: too few to tell';
  await journey.append({
    type: 'GreenAnalysed',
    step: 0,
    verdict: 'hold',
    reason,
    secondsLeft: 3,
    gates: [
      { gate, outcome: 'hold', green: 0.021, blue: 0.009, requests: 140, pass: 0.01, abort: 0.05, sure: 0.81, reason },
    ],
  });
  return served(journey);
}

async function visit(url: string, how: BrowserContextOptions = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext(how);
  open.push(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

const heading = (page: Page) => page.locator('h1').innerText();
const stateOf = async ({ journey }: Served) => (await journey.stored()).state;
const click = async (page: Page, name: string) => {
  await page.getByRole('button', { name, exact: true }).click();
  await page.waitForLoadState();
};

describe('in a browser', () => {
  test.each([
    ['with script', true],
    ['without script', false],
  ])('a person approves by a click, %s, and sees afterwards that they did', async (_, javaScriptEnabled) => {
    const served = await asked();
    const page = await visit(await served.urlFor('Ana'), { javaScriptEnabled });
    expect(await heading(page)).toBe('Approve 412-9f8d111 for web in test?');
    await page.getByLabel('Comment').fill('fine with me');
    await click(page, 'Approve');

    expect(await heading(page)).toBe('You have decided');
    expect(await page.getByRole('status').innerText()).toContain(
      'Approved by Ana (by personal link) at 2026-03-01 10:00:00 UTC: fine with me',
    );
    expect(await page.getByRole('button').count()).toBe(0);
    await page.reload();
    expect(await heading(page)).toBe('You have decided');
    expect((await stateOf(served)).decisions).toHaveLength(1);
  });

  test('a rejection without a comment is not sent; with one it ends the rollout', async () => {
    const served = await asked();
    const page = await visit(await served.urlFor('Ben'));
    await page.getByRole('button', { name: 'Reject' }).click();
    expect(await page.locator('textarea:invalid').count()).toBe(1);
    expect((await stateOf(served)).phase).toBe('awaitingApproval');

    await page.getByLabel('Comment').fill('not before the holidays');
    await click(page, 'Reject');
    expect(await heading(page)).toBe('You have decided');
    expect(await stateOf(served)).toMatchObject({ phase: 'rejected', reason: 'not before the holidays' });
  });

  test('a link that has expired offers nothing', async () => {
    const served = await asked();
    const url = await served.urlFor('Ana');
    served.journey.world.time += 24 * 3600_000;
    const page = await visit(url);

    expect(await heading(page)).toBe('This link has expired');
    expect(await page.getByRole('button').count()).toBe(0);
  });

  test('a page that was open while its link expired is told so when it posts', async () => {
    const served = await asked();
    const page = await visit(await served.urlFor('Ana'));
    served.journey.world.time += 24 * 3600_000;
    await click(page, 'Approve');

    expect(await page.getByText('Nothing was done.').isVisible()).toBe(true);
    expect((await stateOf(served)).approval?.given).toEqual([]);
  });

  test('a link of a rollout that a newer one follows is void', async () => {
    const served = await asked();
    const url = await served.urlFor('Ana');
    const newer = { lockedBy: 'web-20260302-100000-abcdef', retention: undefined };
    Object.assign(served.journey.world.store, { service: () => Promise.resolve(newer) });
    const page = await visit(url);

    expect(await heading(page)).toBe('This link is void');
    expect(await page.getByText('A newer rollout of web has begun').isVisible()).toBe(true);
  });

  test('a link of a step that is over is void, also for a page that is still open', async () => {
    const served = await baking();
    const page = await visit(await served.urlFor('Ana'));
    await served.journey.append({ type: 'StepPassed', step: 0, weight: 10 });
    await shiftTraffic({ ...served.journey.owned, step: 1 }, served.journey.world);
    await page.getByLabel('Comment').fill('customers complain');
    await click(page, 'Roll back');

    expect(await heading(page)).toBe('This link is void');
    expect(served.journey.world.startedRollbacks).toEqual([]);
  });

  test('of two clicks at once in two browsers one wins, and the other one is told who won', async () => {
    const served = await baking();
    const [ana, ben] = await Promise.all(['Ana', 'Ben'].map(async (name) => visit(await served.urlFor(name))));
    if (ana === undefined || ben === undefined) throw new Error('two pages were opened');
    await ben.getByLabel('Comment').fill('customers complain');
    await Promise.all([click(ana, 'Pause'), click(ben, 'Roll back')]);

    const { decisions = [] } = await stateOf(served);
    expect(decisions).toHaveLength(1);
    const winner = decisions[0]?.by ?? '';
    const [won, lost] = winner === 'Ana' ? [ana, ben] : [ben, ana];
    expect(await heading(won)).toBe('You have decided');
    expect(await heading(lost)).toBe('This has been decided');
    expect(await lost.getByRole('status').getByText(`by ${winner} (by personal link)`).isVisible()).toBe(true);
    expect(await lost.getByText('Nothing was done.').isVisible()).toBe(true);
  });

  test('the same link clicked at once in two browsers decides once', async () => {
    const served = await asked();
    const url = await served.urlFor('Ana');
    const pages = await Promise.all([visit(url), visit(url)]);
    await Promise.all(pages.map((page) => click(page, 'Approve')));

    expect((await stateOf(served)).decisions).toHaveLength(1);
    expect(await Promise.all(pages.map(heading))).toEqual(['You have decided', 'You have decided']);
    expect(
      await Promise.all(pages.map((page) => page.getByText('Nothing was done.').count())).then((counts) =>
        counts.toSorted(),
      ),
    ).toEqual([0, 1]);
  });

  test.each([
    ['a phone', { width: 320, height: 640 }],
    ['a screen', { width: 1280, height: 900 }],
  ])('on %s nothing is cut off, and every button is large enough for a thumb', async (_, viewport) => {
    const { urlFor } = await baking();
    const page = await visit(await urlFor('Ana'), { viewport });
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    const heights = await page.evaluate<number[]>(
      "[...document.querySelectorAll('button')].map(({ clientHeight }) => clientHeight)",
    );

    expect(wide).toBeLessThanOrEqual(0);
    expect(heights.length).toBeGreaterThan(2);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  });

  test.each(['light', 'dark'] as const)('no rule of accessibility is broken, in the %s', async (colorScheme) => {
    const [waiting, running, over] = [await asked(), await baking(), await asked()];
    await over.desk.post(
      await over.desk.issue('Ana'),
      { action: 'reject', comment: 'no' },
      { origin: new URL(over.desk.linksUrl).origin },
    );
    const urls = [
      await waiting.urlFor('Ana'),
      await running.urlFor('Ana'),
      `${over.desk.linksUrl}/decide/${await over.desk.issue('Ana', 'approval')}`,
      `${over.desk.linksUrl}/decide/unknown`,
    ];
    for (const url of urls) {
      const page = await visit(url, { colorScheme });
      await page.evaluate(axe.source);
      const broken: unknown = await page.evaluate(
        `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [id, impact, nodes[0]?.html]))`,
      );
      expect(broken).toEqual([]);
    }
  });

  test('its own style is let through by its policy, and nothing else is asked for', async () => {
    const { urlFor } = await asked();
    const context = await browser.newContext();
    open.push(context);
    const page = await context.newPage();
    const [complaints, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => requests.push(new URL(request.url()).pathname.replace(/[\w-]{64}$/, 'token')));
    await page.goto(await urlFor('Ana'));

    const background = await page.evaluate<string>("getComputedStyle(document.querySelector('.stop button')).color");
    expect(background).toBe('rgb(164, 14, 38)');
    expect(complaints).toEqual([]);
    expect(requests.filter((path) => path !== '/favicon.ico')).toEqual(['/test/decide/token']);
  });
});

describe('attacks from a page of somebody else', () => {
  const form = (url: string, extra = '') =>
    `<form method="post" action="${url}" ${extra}><input name="nonce" value="${'A'.repeat(64)}"><input name="action" value="approve"></form><script>document.forms[0].submit()</script>`;

  test.each([
    ['of another port', '127.0.0.1', (url: string) => form(url)],
    ['of another site', 'localhost', (url: string) => form(url)],
    ['of another site, as plain text', 'localhost', (url: string) => form(url, 'enctype="text/plain"')],
    [
      'in a sandboxed frame',
      'localhost',
      (url: string) => `<iframe sandbox="allow-scripts allow-forms" srcdoc='${form(url)}'></iframe>`,
    ],
    [
      'by fetch',
      'localhost',
      (url: string) =>
        `<script>fetch('${url}', { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ action: 'approve' }) })</script>`,
    ],
  ])('a post %s decides nothing, even where it knows the link', async (_, host, markup) => {
    const served = await asked();
    const foreign = await serveForeign(markup(await served.urlFor('Ana')));
    open.push(foreign);
    await visit(`http://${host}:${foreign.port}/`);
    const posted = () => served.server.answers.filter(({ method }) => method === 'POST');
    await eventually('the post has come', () => Promise.resolve(posted().length > 0));

    expect(posted()).toEqual([{ method: 'POST', status: 403 }]);
    expect((await stateOf(served)).approval?.given).toEqual([]);
  });

  test('it cannot be framed', async () => {
    const { urlFor } = await asked();
    const foreign = await serveForeign(`<iframe src="${await urlFor('Ana')}"></iframe>`);
    open.push(foreign);
    const page = await visit(`http://127.0.0.1:${foreign.port}/`);

    const inside = await Promise.all(
      page
        .frames()
        .slice(1)
        .map((frame) => frame.locator('button').count()),
    );
    expect(inside).toEqual([0]);
  });

  test('previews, prefetches and speculation change nothing', async () => {
    const served = await asked();
    const url = await served.urlFor('Ana');
    const before = JSON.stringify(await served.journey.stored());
    const foreign = await serveForeign(
      `<link rel="prefetch" href="${url}"><img src="${url}"><script type="speculationrules">{"prerender":[{"urls":["${url}"]}],"prefetch":[{"urls":["${url}"]}]}</script><script>fetch('${url}', { method: 'HEAD', mode: 'no-cors' }).finally(() => { document.title = 'done' })</script>`,
    );
    open.push(foreign);
    const page = await visit(`http://127.0.0.1:${foreign.port}/`);
    await page.waitForFunction("document.title === 'done'");
    for (let times = 0; times < 3; times += 1) await visit(url);

    expect(JSON.stringify(await served.journey.stored())).toBe(before);
  });

  test('markup in a tag, a reason and a comment is text', async () => {
    const served = await baking();
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const { state } = await served.journey.stored();
    Object.assign(state, { image: { ...state.image, tag: evil }, why: evil, requestedBy: evil });
    const page = await visit(await served.urlFor('Ana'));
    await page.getByLabel('Comment').fill(evil);
    await click(page, 'Roll back');

    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.title()).not.toMatch(/^[12]$/);
    expect(await page.getByRole('status').innerText()).toContain(evil);
  });
});
