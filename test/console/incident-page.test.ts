import { describe, expect, test } from '@jest/globals';
import { placeOf } from '../../lib/console/session.ts';
import { modelSpec } from '../model/model-world.ts';
import {
  closedIncident,
  hostileIncident,
  incidentOfWeb,
  ledIncident,
  openIncident,
} from '../view/incident-scenarios.ts';
import { approvalScenario, bakingScenario, type Scenario, scenarioId } from '../view/scenarios.ts';
import { ConsoleDesk } from './console-desk.ts';
import { wordsIn } from './link-desk.ts';

const place = 'services/web?show=incident';

const shown = (scenario: Scenario, of = place) => new ConsoleDesk(scenario).shown(of);

describe('the page of an incident answers what a person asks who was just woken up', () => {
  test('of one that nobody leads', async () => {
    const { words, body } = await shown(await openIncident());

    // What happened, and what is worse.
    expect(words).toContain('Incident 3, P1: open P1: nobody commands it, users are hit Why logins fail');
    // How sure that is.
    expect(words).toContain('Users hit, as far as is known');
    // What happens next, and when.
    expect(words).toContain('Next People are asked for a status update unless there is one: 2026-03-01 10:42:00 UTC');
    // What each action does.
    expect(words).toContain(
      'sluice incident take web --stage production You lead it. The messages that ask for a commander end.',
    );
    expect(words).toContain('Somebody takes command not due yet ; within 1h, by 2026-03-01 11:12:00 UTC');
    expect(words).toContain('The next status update not due yet ; within 30m, by 2026-03-01 10:42:00 UTC');
    expect(body).toContain(`href="../rollouts/${scenarioId}"`);
  });

  test('of one that is led, beside an emergency and a page for users', async () => {
    const scenario = await ledIncident();
    const order = { wanted: 'on', by: 'Ben', how: 'command', reason: 'x', at: '2026-03-01T10:21:00.000Z' } as const;
    await scenario.store.putMaintenance('web', { ...order, standing: 'up', listeners: [] }, undefined);
    const { words } = await shown(scenario);

    expect(words).toContain('P0: commanded, users are hit');
    expect(words).toContain('Commander Ben (by command), since 2026-03-01 10:20:00 UTC');
    expect(words).toContain(
      'Somebody takes command in time , at 2026-03-01 10:20:00 UTC ; within 15m, by 2026-03-01 10:27:00 UTC',
    );
    expect(words).toContain('You lead it in their place.');
    expect(words).toContain('Emergency Declared 2026-03-01 10:11:00 UTC by the rollback: neither side is healthy');
    expect(words).toContain('It does more tasks, the last known good version');
    expect(words).toContain('Users get the maintenance page; it was ordered at 2026-03-01 10:21:00 UTC');
    expect(words).toMatch(
      /Timeline, newest first .* We bring 411 back\. .*EMERGENCY: traffic could not be put back .*Rolling back/,
    );
  });

  test('of one that is closed, with the times that were kept and those that were not', async () => {
    const { words } = await shown(await closedIncident());

    expect(words).toContain('Incident 3, P1: closed');
    expect(words).toContain('Closed 2026-03-01 11:12:00 UTC by Ben (by command): the pool is larger');
    expect(words).toContain(
      'Somebody takes command in time , at 2026-03-01 11:00:00 UTC ; within 1h, by 2026-03-01 11:12:00 UTC',
    );
    expect(words).toContain('Users are served again not recorded ; within 1h, by 2026-03-01 11:12:00 UTC');
    expect(words).toContain('Users it was not recorded when they were served again');
    expect(words).not.toContain('The next status update');
    expect(words).toContain('sluice incident report web --stage production --number 3 --html');
  });

  test('of a service that never had one', async () => {
    const { words, status } = await shown(await bakingScenario());

    expect(status).toBe(200);
    expect(words).toContain('web has no incident, and never had one');
    expect(words).toContain('sluice incident open web --stage production --severity P1');
  });
});

test('what is late says so, and one that got worse counts from then', async () => {
  const scenario = await openIncident();
  scenario.time = Date.parse('2026-03-01T12:12:00.000Z');
  expect((await shown(scenario)).words).toContain(
    'Somebody takes command late ; within 1h, by 2026-03-01 11:12:00 UTC',
  );

  const stored = await scenario.incidents.incident('web');
  const raised = { by: 'Ana', how: 'command', at: '2026-03-01T12:10:00.000Z', from: 'P1', to: 'P0', nth: 1 } as const;
  const record = incidentOfWeb({ level: 'P0', raised: { ...raised, reason: 'all logins fail' } });
  await scenario.incidents.putIncident('web', record, stored);

  expect((await shown(scenario)).words).toContain(
    'Somebody takes command not due yet ; within 15m, by 2026-03-01 12:25:00 UTC',
  );
});

test('is the same page until something changes, whatever the clock says', async () => {
  const desk = new ConsoleDesk(await openIncident());
  const cookie = await desk.cookie();
  const first = await desk.get(place, cookie);
  desk.scenario.time += 60_000;
  const again = await desk.get(place, cookie, { 'if-none-match': first.headers['etag'] ?? '' });

  expect(again.status).toBe(304);
});

test('shows nothing to who may not see the service, and leads back to it after the sign-in', async () => {
  const people = [{ name: 'Ana', mail: 'ana@example.test', roles: ['tech-lead'] }];
  const scenario = await openIncident();
  await scenario.store.putSpec(
    modelSpec({ approvals: { required: ['tech-lead'], people } }),
    'ada',
    '2026-03-01T10:00:00.000Z',
  );
  const desk = new ConsoleDesk(scenario);

  expect((await desk.get(place, await desk.signedIn('ana@example.test'))).status).toBe(200);
  expect((await desk.get(place, await desk.signedIn('eve@example.test'))).status).toBe(404);
  const asked = await desk.get(place);
  expect(asked.status).toBe(403);
  expect(asked.body).toContain('to=services/web?show=incident');
  expect(wordsIn(asked.body)).toContain('sluice open web --incident --stage production');
  expect(wordsIn((await desk.get('', await desk.signedIn('eve@example.test'))).body)).not.toContain('incident');
});

test('escapes what users wrote', async () => {
  const { body } = await shown(await hostileIncident());

  expect(body).not.toContain('<script>alert');
  expect(body).not.toContain('\u001b');
  expect(body).not.toContain('\u202E');
  expect(body).toContain('&lt;script&gt;');
});

describe('incidents and emergencies on the pages of services', () => {
  test('stand first among what needs a person, and lead to the incident', async () => {
    const { body, words } = await shown(await ledIncident(), '');

    expect(words).toContain(
      'Needs a person web incident 3, P0, commanded by Ben; EMERGENCY: no side can serve : logins fail',
    );
    expect(body).toContain('href="services/web?show=incident"');
  });

  test('are on the page of the service', async () => {
    const { body, words } = await shown(await ledIncident(), 'services/web');

    expect(words).toContain('Incident 3, P0, is open : logins fail Ben commands it.');
    expect(words).toContain('sluice emergency end web --stage production');
    expect(body).toContain('href="web?show=incident"');
  });

  test('are on the page of a rollout, which names no incident that is closed', async () => {
    const { body, words } = await shown(await ledIncident(), `rollouts/${scenarioId}`);

    expect(words).toContain('Incident 3, P0, is open : logins fail Ben commands it.');
    expect(words).toContain('sluice emergency end web --stage production');
    expect(body).toContain('href="../services/web?show=incident"');
    expect((await shown(await closedIncident(), `rollouts/${scenarioId}`)).words).not.toContain(
      'Incident 3, the newest one',
    );
  });

  test('that cannot be read are said on the page of a rollout, which is shown all the same', async () => {
    const scenario = await openIncident();
    scenario.incidents.incident = () => Promise.reject(new Error('written by a newer version'));

    expect((await shown(scenario, `rollouts/${scenarioId}`)).words).toContain(
      'Whether the service has an open incident or emergency could not be read: written by a newer version',
    );
  });

  test('are not shown to a person whom the spec in force does not name, on the page of an older rollout', async () => {
    const scenario = await approvalScenario();
    await scenario.incidents.putIncident('web', incidentOfWeb(), undefined);
    const place = `rollouts/${scenarioId}`;
    const session = await new ConsoleDesk(scenario).signedIn('ana@example.test');
    const spec = modelSpec({
      approvals: { required: [], people: [{ name: 'Ana', mail: 'ana@example.test', roles: ['qa'] }] },
    });
    await scenario.store.putSpec(spec, 'ada', '2026-03-01T10:00:00.000Z');
    expect(wordsIn((await new ConsoleDesk(scenario).get(place, session)).body)).toContain('Incident 3, P1, is open');

    await scenario.store.putSpec(modelSpec(), 'ada', '2026-03-01T10:00:00.000Z');

    const { status, body } = await new ConsoleDesk(scenario).get(place, session);
    expect(status).toBe(200);
    expect(wordsIn(body)).not.toContain('Incident 3');
  });

  test('are gone from the list once they are closed', async () => {
    const scenario = await closedIncident();

    expect((await shown(scenario, '')).words).toContain('Nothing waits for a person.');
    expect((await shown(scenario, 'services/web')).words).toContain('Incident 3, the newest one , is closed.');
  });
});

test('a link of the command line and a sign-in lead to it, and to nothing that only looks like it', () => {
  expect(placeOf(place)).toBe(place);
  for (const other of [`${place}&x=1`, 'services/web?show=else', 'rollouts/web-1?show=incident', '//evil.example'])
    expect(placeOf(other)).toBe('');
});
