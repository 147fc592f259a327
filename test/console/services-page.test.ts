import { describe, expect, test } from '@jest/globals';
import type { Session } from '../../lib/console/session.ts';
import { servicesPage } from '../../lib/console/services-page.ts';
import type { RunningRow, ServiceRow } from '../../lib/view/service-row.ts';
import type { Trouble } from '../../lib/ports/troubles.ts';
import { modelSpec } from '../model/model-world.ts';
import { bakingScenario, emergencyScenario, scenarioId, succeededScenario } from '../view/scenarios.ts';
import { ConsoleDesk } from './console-desk.ts';
import { wordsIn } from './link-desk.ts';

const visitor: Session = { by: 'iam', who: 'ada', seesAll: true, until: 0 };

function row(
  service: string,
  running?: Partial<RunningRow>,
  phase: 'rolledBack' | 'succeeded' = 'rolledBack',
): ServiceRow {
  const under = {
    rolloutId: `${service}-1`,
    image: '413-1',
    standing: 'running',
    text: 'green is being watched',
  } as const;
  const last = {
    rolloutId: `${service}-0`,
    phase,
    image: '412-1',
    openedAt: '2026-03-01T10:00:00.000Z',
  } as const;
  return {
    service,
    live: '412-9f8d111',
    running: running && { ...under, step: 2, steps: 6, askedWeight: 25, ...running },
    last,
  };
}

const shown = (rows: readonly ServiceRow[], after?: string, troubles: readonly Trouble[] = []) =>
  servicesPage({ rows, troubles, releases: [], visitor, stage: 'production', after }).body;

describe('the page of all services', () => {
  test('has what needs a person on top, then what runs, then the rest', () => {
    const words = wordsIn(
      shown([
        row('a-idle'),
        row('b-runs', {}),
        row('c-asks', { standing: 'waitingForApproval', text: 'waiting for approval', step: 0 }),
        row('d-bad', { standing: 'emergency', text: 'EMERGENCY: a person has to act now' }),
      ]),
    );

    expect(words).toMatch(
      /4 services in production Needs a person .*c-asks waiting for approval : .*d-bad EMERGENCY.*step 2 of 6 at 25 %.* Under way b-runs green is being watched, step 2 of 6 at 25 % : 412-9f8d111 → 413-1 At rest a-idle 412-9f8d111 rolled back/,
    );
  });

  test('of 1,000 services has at most 100 KB, and leads to all of them', () => {
    const rows = Array.from({ length: 1000 }, (_, index) =>
      row(`a-service-with-a-long-name-${String(index).padStart(5, '0')}`, index % 5 === 0 ? {} : undefined),
    );
    const seen = new Set<string>();
    let after: string | undefined;
    let pages = 0;
    do {
      const body = shown(rows, after);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(100_000);
      for (const [, name = ''] of body.matchAll(/href="services\/([a-z0-9-]+)"/g)) seen.add(name);
      after = /href="\?after=([a-z0-9-]+)"/.exec(body)?.[1];
      pages += 1;
    } while (after !== undefined);

    expect({ seen: seen.size, pages }).toEqual({ seen: 800, pages: 2 });
  });

  test('of 1,000 services at rest with short names is one page', () => {
    const body = shown(
      Array.from({ length: 1000 }, (_, index) =>
        row(`service-${index}`, undefined, index % 5 === 0 ? 'rolledBack' : 'succeeded'),
      ),
    );
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(100_000);
    expect(body).not.toContain('?after=');
  });

  test('shows a service that the record has, with its rollout', async () => {
    const desk = new ConsoleDesk(await emergencyScenario());
    const { status, body } = await desk.get('', await desk.cookie());
    expect(status).toBe(200);
    expect(body).toContain(`href="rollouts/${scenarioId}"`);
    expect(wordsIn(body)).toContain('Needs a person web EMERGENCY: a person has to act now');
  });
});

describe('the page of a service', () => {
  test('has its rollouts with outcome and duration, the versions of its spec with what they changed, and what is kept', async () => {
    const scenario = await succeededScenario();
    const next = modelSpec({ steps: [{ weight: 100, bake: '10m' }] });
    await scenario.store.putSpec(next, 'grace', new Date(scenario.time).toISOString());
    const desk = new ConsoleDesk(scenario);
    const { body } = await desk.get('services/web', await desk.cookie());
    const words = wordsIn(body);

    expect(body).toContain(`href="../rollouts/${scenarioId}"`);
    expect(words).toContain('412-9f8d111 succeeded 2026-03-01 10:00:00 UTC 31 min a test');
    expect(words).toContain('Version 2 , applied by grace at 2026-03-01 10:31:50 UTC ~ steps[0].weight: 5 → 100');
    expect(words).toContain('- steps[1].weight: 25');
    expect(words).toContain('The former version is kept in slot a until 2026-03-02 11:00:00 UTC');
  });

  test('shows a service without a rollout, and nothing of one that is not there', async () => {
    const desk = new ConsoleDesk(await bakingScenario());
    await desk.scenario.store.putSpec({ ...modelSpec(), service: 'api' }, 'ada', '2026-03-01T10:00:00.000Z');
    expect(wordsIn((await desk.get('services/api', await desk.cookie())).body)).toContain('There was none yet.');
    expect((await desk.get('services/none', await desk.cookie())).status).toBe(404);
  });
});
