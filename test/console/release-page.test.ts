import { describe, expect, test } from '@jest/globals';
import { placeOf } from '../../lib/console/session.ts';
import {
  hostileRelease,
  incompleteRelease,
  releaseAt,
  releaseId,
  releaseScenario,
  turnedRelease,
} from '../view/release-scenarios.ts';
import { type Scenario, scenarioId } from '../view/scenarios.ts';
import { ConsoleDesk } from './console-desk.ts';
import { wordsIn } from './link-desk.ts';

const place = `?release=${releaseId}`;

const shown = (scenario: Scenario, of = place) => new ConsoleDesk(scenario).shown(of);

describe('the page of a release answers the five questions', () => {
  test('of one that goes out', async () => {
    const { words, body } = await shown(await releaseScenario());

    // What changes.
    expect(words).toContain('Release checkout: goes out');
    expect(words).toContain('3 members: 1 serves the new version, 1 rolls out, 1 has not begun');
    expect(words).toMatch(/web : rolls out Version .* → 413-b4dc0de/);
    expect(words).toMatch(/report : has not begun Version not known → 88-1111111 Since .* Waits for web, auth/);
    // What is worse, and how sure that is.
    expect(words).toContain('Worse nothing, as far as is measured');
    expect(words).toContain('How sure web, gate error-rate: no sign that green is worse');
    expect(words).toContain('step 2 of 3 at 25 %, 24.6 % measured');
    expect(words).toContain('error-rate passes : green 0.4 %, blue 0.3 %');
    // What happens next.
    expect(words).toContain('web: Step 3: green gets 100 % for 10m: 2026-03-01 10:21:00 UTC');
    expect(words).toContain('report begins once web serves');
    // What each action does.
    expect(words).toContain(
      `Abort. sluice release abort ${releaseId} --stage production --reason &quot;...&quot; web: 24.6 % of requests move to blue at once, which has 4 of 4 healthy targets; green's 2 tasks are removed. Stays on the new version: auth. Does not begin: report.`,
    );
    expect(words).toContain(
      `sluice release rollback ${releaseId} --stage production --reason &quot;...&quot; In this order: web, then auth. web: 24.6 %`,
    );
    expect(words).toContain('They go back in this order: web and report, then auth.');
    expect(body).toContain(`href="rollouts/${scenarioId}"`);
    expect(body).toContain('href="services/auth"');
  });

  test('of one that goes back', async () => {
    const { words } = await shown(await turnedRelease());

    expect(words).toContain('Release checkout: goes back');
    expect(words).toContain('Worse web: a gate fails: error-rate: 9 % failed.');
    expect(words).toContain('web, gate error-rate: strong evidence that green is worse');
    expect(words).toContain('auth goes back now');
    expect(words).not.toContain('sluice release abort');
  });

  test('of one that could not go back whole', async () => {
    const { words } = await shown(await incompleteRelease());

    expect(words).toContain('EMERGENCY: could not go back whole');
    expect(words).toContain('Nothing by itself: a person rolls auth back');
    expect(words).toContain('auth could not go back: its former version is gone');
    expect(words).toContain(`sluice release rollback ${releaseId} --stage production`);
    expect(words).toContain('it is not known whether its former version is still kept');
  });

  test('and says what could not be read, which is no calm', async () => {
    const scenario = await releaseScenario();
    scenario.store.list = () => Promise.reject(new Error('throttled'));
    const { words, status } = await shown(scenario);

    expect(status).toBe(200);
    expect(words).toContain('web: what it does could not be read (throttled)');
    expect(words).not.toContain('nothing, as far as is measured');
  });
});

test('is shown to who may see each of its services, and to nobody else', async () => {
  const desk = new ConsoleDesk(await releaseScenario());

  expect((await desk.get(place, await desk.signedIn('ana@example.test'))).status).toBe(404);
  expect((await desk.get(place, await desk.signedIn('eve@example.test'))).status).toBe(404);
  expect((await desk.get(place, await desk.signedIn('eve@example.test', { seesAll: true }))).status).toBe(200);
  expect((await desk.get('?release=other-1', await desk.cookie())).status).toBe(404);
  const asked = await desk.get(place);
  expect(asked.status).toBe(403);
  expect(asked.body).toContain(`href="./sign-in/console?to=?release=${releaseId}"`);
  expect(wordsIn(asked.body)).toContain(`sluice open ${releaseId} --release --stage production`);
});

test('is the same page until something changes', async () => {
  const desk = new ConsoleDesk(await releaseScenario());
  const cookie = await desk.cookie();
  const first = await desk.get(place, cookie);
  desk.kept += 1000;
  const known = { 'if-none-match': first.headers['etag'] ?? '' };

  expect((await desk.get(place, cookie, known)).status).toBe(304);
  await releaseAt(desk.scenario, 400, { type: 'MemberHeld', service: 'report', reason: 'the window is closed' });
  desk.kept += 1000;
  expect((await desk.get(place, cookie, known)).status).toBe(200);
});

test('escapes what users wrote', async () => {
  const { body } = await shown(await hostileRelease());

  expect(body).not.toContain('<script>alert');
  expect(body).not.toContain('\u202E');
  expect(body).toContain('&lt;script&gt;');
});

test('is linked from the list of services and from the rollouts of its members', async () => {
  const scenario = await releaseScenario();

  expect((await shown(scenario, '')).words).toContain(
    `Release ${releaseId} goes out : 1 of 3 services on the new version`,
  );
  expect((await shown(scenario, `rollouts/${scenarioId}`)).body).toContain(`href="../?release=${releaseId}"`);
});

test('a link of the command line leads to it, and to nothing that only looks like it', () => {
  expect(placeOf(place)).toBe(place);
  for (const other of [`${place}&x=1`, '?release=//evil.example', '?other=web', `services/web${place}`])
    expect(placeOf(other)).toBe('');
});
