import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { sessionCookie } from '../../lib/console/session.ts';
import { ConsoleDesk } from '../console/console-desk.ts';
import { modelSpec } from '../model/model-world.ts';
import {
  analysed,
  approvalScenario,
  bakingScenario,
  emergencyScenario,
  heldScenario,
  hostileScenario,
  longRecordScenario,
  manyStepsScenario,
  rollingBackScenario,
  type Scenario,
  scenarioId,
  succeededScenario,
} from '../view/scenarios.ts';
import {
  closedIncident,
  hostileIncident,
  incidentOfWeb,
  ledIncident,
  openIncident,
} from '../view/incident-scenarios.ts';
import { serveConsole } from './console-server.ts';
import {
  hostileRelease,
  incompleteRelease,
  releaseId,
  releaseScenario,
  turnedRelease,
} from '../view/release-scenarios.ts';
import { startBrowser } from './start-browser.ts';

/** Screenshots are kept beside the logs, for people to look at. */
const shots = path.resolve(import.meta.dirname, '../../.sluice/screenshots');
let browser: Browser;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  await mkdir(shots, { recursive: true });
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

/** A busy machine refuses a screenshot now and then; it is for people to look at, so a second one does as well. */
async function keepShot(page: Page, name: string): Promise<void> {
  const options = { path: path.join(shots, `${name}.png`), fullPage: true };
  await page.screenshot(options).catch(() => page.screenshot(options));
}

interface Look {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
  readonly mail?: string;
}

async function visit(
  scenario: Scenario,
  place: string,
  look: Look = {},
): Promise<{ desk: ConsoleDesk; page: Page; requests: string[] }> {
  const desk = new ConsoleDesk(scenario);
  open.push(await serveConsole(desk));
  const { width = 1280, colorScheme = 'light', javaScriptEnabled = true, mail } = look;
  const context = await browser.newContext({
    ...{ colorScheme, javaScriptEnabled, timezoneId: 'Europe/Vienna' },
    viewport: { width, height: 900 },
  });
  open.push(context);
  const cookie = mail === undefined ? await desk.cookie() : await desk.signedIn(mail);
  await context.addCookies([
    { name: sessionCookie, value: cookie.slice(sessionCookie.length + 1), url: `${desk.url}/` },
  ]);
  const page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => requests.push(`console: ${message.text()}`));
  await page.goto(`${desk.url}/${place}`);
  return { desk, page, requests };
}

const place = `rollouts/${scenarioId}`;

describe('the page of a rollout in a browser', () => {
  test.each<[string, () => Promise<Scenario>]>([
    ['baking', bakingScenario],
    ['held', heldScenario],
    ['waiting-for-approval', approvalScenario],
    ['rolling-back', rollingBackScenario],
    ['emergency', emergencyScenario],
    ['succeeded', succeededScenario],
    ['200-steps', () => manyStepsScenario()],
    ['10,000-events', () => longRecordScenario()],
    ['hostile', hostileScenario],
  ])(
    '%s: nothing is cut off on a phone and a screen, light and dark, and no rule of accessibility is broken',
    async (name, make) => {
      const scenario = await make();
      for (const [width, colorScheme] of [
        [360, 'dark'],
        [1280, 'light'],
        [2560, 'dark'],
      ] as const) {
        if (width === 2560 && name !== 'held') continue;
        const { page, desk, requests } = await visit(scenario, place, { width, colorScheme });
        await keepShot(page, `${name}-${width}-${colorScheme}`);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
        await page.evaluate(axe.source);
        const broken: unknown = await page.evaluate(
          `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [id, impact, nodes[0]?.html]))`,
        );

        expect({ name, width, wide: Math.max(0, wide), broken }).toEqual({ name, width, wide: 0, broken: [] });
        expect(requests.filter((url) => !url.startsWith(new URL(desk.url).origin))).toEqual([]);
      }
    },
  );

  test('follows the rollout by itself, and leaves alone what a person types', async () => {
    const scenario = await approvalScenario();
    const { page } = await visit(scenario, place, { mail: 'ben@example.test' });
    await page.getByLabel('Comment').fill('I am not sure');
    await scenario.at(80, { type: 'RolloutPaused', by: 'ada', how: 'command', reason: 'wait for Ben' });
    await page.getByText('paused by ada').first().waitFor();

    expect(await page.getByLabel('Comment').inputValue()).toBe('I am not sure');
    expect(await page.locator('#events').innerText()).toContain('wait for Ben');
  });

  test("says times in the visitor's zone, with UTC beside; without script in UTC", async () => {
    const scenario = await bakingScenario();
    const { page } = await visit(scenario, place);
    expect(await page.locator('#now').innerText()).toContain('2026-03-01 11:21:00 (10:21:00 UTC)');
    const plain = await visit(scenario, place, { javaScriptEnabled: false });
    expect(await plain.page.locator('#now').innerText()).toContain('2026-03-01 10:21:00 UTC');
  });

  test('shows the values of a chart by the arrow keys and by the pointer, and in a table', async () => {
    const scenario = await bakingScenario();
    await scenario.at(600, analysed(1));
    const { page } = await visit(scenario, place);
    const [chart, reading] = [page.locator('figure.chart svg'), page.locator('.reading')];
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await reading.innerText()).toBe('UTC 10:07:00, green 0.4 %, blue 0.3 %, verdict passes');
    await chart.hover({ position: { x: 330, y: 40 } });
    expect(await reading.innerText()).toContain('UTC 10:');
    await page.getByText('Values of error-rate').click();
    expect(await page.locator('figure.chart tbody tr').count()).toBe(4);
  });

  test('a person who signed in approves without script', async () => {
    const scenario = await approvalScenario();
    const { page } = await visit(scenario, place, { javaScriptEnabled: false, mail: 'ben@example.test' });
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.waitForLoadState();

    expect((await scenario.store.load(scenarioId))?.state.approval?.given.map(({ name }) => name)).toEqual([
      'Ana',
      'Ben',
    ]);
    expect(await page.locator('#approvals').innerText()).toContain('Ben (signed in)');
  });
});

/** What the specs of `web` and of a release's members name, so that a visitor may act. */
async function named(scenario: Scenario, services: readonly string[]): Promise<Scenario> {
  const people = [
    { name: 'Ana', mail: 'ana@example.test', roles: ['tech-lead'] },
    { name: 'Ben', mail: 'ben@example.test', roles: ['qa'] },
  ];
  for (const service of services)
    await scenario.store.putSpec(
      modelSpec({ service, approvals: { required: [], people } }),
      'ada',
      '2026-03-01T09:00:00.000Z',
    );
  return scenario;
}

/** Returns which rules of accessibility a page breaks, and where, and by how many pixels it is wider than its window. */
async function flawsOf(page: Page): Promise<{ readonly broken: unknown; readonly wide: number }> {
  await page.evaluate(axe.source);
  const broken: unknown = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0]?.html]))`,
  );
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  return { broken, wide: Math.max(0, wide) };
}

describe('the pages on which people act', () => {
  const members = ['auth', 'report', 'web'];
  test.each<[string, string, () => Promise<Scenario>]>([
    ['incident-act-open', 'services/web?show=incident', async () => named(await openIncident(), ['web'])],
    ['incident-act-led', 'services/web?show=incident', async () => named(await ledIncident(), ['web'])],
    ['incident-act-closed', 'services/web?show=incident', async () => named(await closedIncident(), ['web'])],
    ['release-act', `?release=${releaseId}`, async () => named(await releaseScenario(), members)],
  ])('%s breaks no rule of accessibility and is not cut off, with all of it open', async (name, asked, make) => {
    for (const [width, colorScheme] of [
      [360, 'dark'],
      [1280, 'light'],
    ] as const) {
      const { page } = await visit(await make(), asked, { width, colorScheme, mail: 'ana@example.test' });
      for (const summary of await page.locator('#actions summary').all()) await summary.click();
      await keepShot(page, `${name}-${width}-${colorScheme}`);
      expect(await flawsOf(page)).toEqual({ broken: [], wide: 0 });
    }
  });

  test('take command of an incident, and turn a release, without script', async () => {
    const look = { javaScriptEnabled: false, mail: 'ana@example.test' };
    const incident = await visit(await named(await openIncident(), ['web']), 'services/web?show=incident', look);
    await incident.page.getByRole('button', { name: 'Take command' }).click();
    await incident.page.getByText('P1: commanded, users are hit').waitFor();
    expect(await incident.page.locator('#now').innerText()).toContain('Ana (signed in)');

    const release = await visit(await named(await releaseScenario(), members), `?release=${releaseId}`, look);
    await release.page.getByLabel('Why').fill('orders fail');
    await release.page.getByRole('button', { name: 'Roll back all' }).click();
    await release.page.getByText('goes back').first().waitFor();
    expect((await release.desk.scenario.releases.load(releaseId))?.state.failure).toMatchObject({
      direction: 'rollBackAll',
      by: 'Ana (signed in)',
    });
  });

  test('what a person has begun to write stays while the incident goes on', async () => {
    const scenario = await named(await openIncident(), ['web']);
    const { page } = await visit(scenario, 'services/web?show=incident', { mail: 'ana@example.test' });
    await page.getByLabel('Status update').fill('Logins');
    const commander = { by: 'Ben', how: 'command', at: '2026-03-01T10:13:00.000Z', nth: 1 } as const;
    const stored = await scenario.incidents.incident('web');
    await scenario.incidents.putIncident('web', incidentOfWeb({ commander }), stored);
    await page.getByText('P1: commanded, users are hit').waitFor();

    expect(await page.getByLabel('Status update').inputValue()).toBe('Logins');
  });
});

describe('the pages of services and incidents', () => {
  test.each<[string, string, () => Promise<Scenario>]>([
    ['services', '', ledIncident],
    ['service', 'services/web', ledIncident],
    ['incident-open', 'services/web?show=incident', openIncident],
    ['incident-led', 'services/web?show=incident', ledIncident],
    ['incident-closed', 'services/web?show=incident', closedIncident],
    ['incident-hostile', 'services/web?show=incident', hostileIncident],
    ['services-hostile', '', hostileIncident],
    ['release', `?release=${releaseId}`, releaseScenario],
    ['release-back', `?release=${releaseId}`, turnedRelease],
    ['release-incomplete', `?release=${releaseId}`, incompleteRelease],
    ['release-hostile', `?release=${releaseId}`, hostileRelease],
    ['rollout-in-incident', place, ledIncident],
  ])('%s breaks no rule of accessibility, is not cut off, and asks no other origin', async (name, asked, make) => {
    const scenario = await make();
    for (const [width, colorScheme] of [
      [360, 'dark'],
      [1280, 'light'],
    ] as const) {
      const { page, desk, requests } = await visit(scenario, asked, { width, colorScheme });
      await keepShot(page, `${name}-${width}-${colorScheme}`);
      expect(await flawsOf(page)).toEqual({ broken: [], wide: 0 });
      expect(requests.filter((url) => !url.startsWith(new URL(desk.url).origin))).toEqual([]);
    }
  });

  test('follows an incident by itself', async () => {
    const scenario = await openIncident();
    const { page } = await visit(scenario, 'services/web?show=incident');
    const commander = { by: 'Ben', how: 'command', at: '2026-03-01T10:13:00.000Z', nth: 1 } as const;
    const stored = await scenario.incidents.incident('web');
    await scenario.incidents.putIncident('web', incidentOfWeb({ commander }), stored);

    await page.getByText('P1: commanded, users are hit').waitFor();
    expect(await page.locator('#actions').innerText()).toContain('You lead it in their place.');
  });
});
