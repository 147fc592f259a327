import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { FakeCli, webSpec } from './cli-harness.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = new FakeCli();
  await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
});

const untilShift: readonly RolloutEvent[] = [
  { type: 'PreChecksPassed', results: [] },
  { type: 'GreenReady', running: 2, digest: 'sha256:a' },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  { type: 'TrafficShifted', step: 0, weight: 1 },
];
const back: readonly RolloutEvent[] = [
  { type: 'RollbackRequested', reason: 'error-rate: 9 % of 200 requests', gate: 'error-rate', by: 'the rollout' },
  { type: 'TrafficRestored', rules: 1 },
  { type: 'RolledBack', reason: 'error-rate: 9 % of 200 requests' },
];
const lastStep: readonly RolloutEvent[] = [
  { type: 'StepPassed', step: 0, weight: 1 },
  { type: 'TrafficShifted', step: 5, weight: 100 },
  { type: 'StepPassed', step: 5, weight: 100 },
];
const success: RolloutEvent = {
  type: 'RolloutSucceeded',
  digest: 'sha256:a',
  fullUntil: '2026-03-01T12:00:00Z',
  keptUntil: '2026-03-02T12:00:00Z',
};

describe('sluice status', () => {
  test('shows the newest rollout of a service: where its traffic goes and how long the bake takes', async () => {
    await cli.open('web-1');
    await cli.append('web-1', ...untilShift);
    cli.time += 60_000;
    const { code, out } = await cli.run('status web');

    expect({ code, out: out.slice(0, 4) }).toEqual({
      code: 0,
      out: [
        'web      412-9f8d111',
        '         web-1 in production',
        'status   green is being watched',
        'traffic  step 1 of 6: 1 % asked; 4m left in the bake, 1h39m to the end at the earliest',
      ],
    });
    expect(out).toContain('image    sha256:aaaaaaaaaaaa');
    expect(out).toContain('opened   2026-03-01 10:00:00 +00:00 by ada, with spec version 3');
  });

  test('shows a rollout by its id, as JSON', async () => {
    await cli.open('web-1');
    await cli.append('web-1', ...untilShift);
    const { out } = await cli.run('status web-1 --json');

    expect(JSON.parse(out.join('\n'))).toMatchObject({
      rolloutId: 'web-1',
      phase: 'baking',
      running: true,
      step: 1,
      steps: 6,
      weight: 1,
      reason: null,
      closedAt: null,
    });
  });

  test.each([
    ['succeeded', [...untilShift, ...lastStep, success], 0, 'all to green'],
    ['was rolled back', [...untilShift, ...back], 1, 'all to blue'],
    ['was rejected', [{ type: 'RolloutRejected', reason: 'no', results: [] } as const], 1, 'all to blue'],
  ])('one that %s decides the exit code', async (_, events, expected, traffic) => {
    await cli.open('web-1');
    await cli.append('web-1', ...events);
    const { code, out } = await cli.run('status web');

    expect(code).toBe(expected);
    expect(out).toContain(`traffic  ${traffic}`);
  });

  test('--wait tells each transition once and ends with the rollout', async () => {
    await cli.open('web-1');
    await cli.append('web-1', ...untilShift);
    cli.after(10, () => cli.append('web-1', ...back));
    const { code, out, err } = await cli.run('status web --wait');

    expect(code).toBe(1);
    expect(out).toContain('reason   error-rate: 9 % of 200 requests (gate error-rate)');
    expect(err).toHaveLength(8);
    expect(err.at(-1)).toBe('2026-03-01T10:00:10.000Z  warning   Rolled back: error-rate: 9 % of 200 requests');
  });

  test('--wait exits with 0 for a success', async () => {
    await cli.open('web-1');
    cli.after(7, () => cli.append('web-1', ...untilShift, ...lastStep, success));

    expect((await cli.run('status web --wait --json')).code).toBe(0);
  });

  test('--timeout stops the waiting, not the rollout', async () => {
    await cli.open('web-1');
    const { code, out, err } = await cli.run('status web --wait --timeout 1m');

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.at(-1)).toBe(
      'error: web-1 is still checking after 1m and goes on. Look again with: sluice status web-1 --stage production',
    );
    expect(cli.time).toBe(Date.parse('2026-03-01T10:01:00.000Z'));
  });

  test('text that users control cannot steer the terminal', async () => {
    await cli.open('web-1');
    await cli.append('web-1', { type: 'RolloutRejected', reason: 'a\u001B[2Jb\nc', results: [] });
    const { out } = await cli.run('get web-1');

    expect(out).toContain(String.raw`  reason   a\u{001b}[2Jb\u{000a}c`);
    expect(out.at(-1)).toContain(String.raw`Rejected: a\u{001b}[2Jb\u{000a}c`);
  });

  test.each([
    [
      'web',
      'error: Service web had no rollout in stage production yet. Start one with: sluice start web --image <tag> --stage production',
    ],
    [
      'shop',
      'error: Stage production knows no rollout and no service "shop". Check the name and --stage, or apply a spec with: sluice apply <file> --stage production',
    ],
  ])('of %s without rollouts says what to do', async (name, message) => {
    expect(await cli.run(`status ${name}`)).toEqual({ code: 1, out: [], err: [message] });
  });
});

describe('sluice get', () => {
  test('prints the state and every event, with its severity', async () => {
    await cli.open('web-1');
    await cli.append('web-1', ...untilShift, ...back);
    const { code, out } = await cli.run('get web-1');
    const events = out.slice(out.indexOf('') + 1);

    expect(code).toBe(0);
    expect(events).toHaveLength(8);
    expect(events[5]).toBe('2026-03-01T10:00:00.000Z  warning   Rolling back: error-rate: 9 % of 200 requests');
  });

  test('folds evaluations that say the same, and nothing that says something else', async () => {
    await cli.open('web-1');
    await cli.append('web-1', ...untilShift);
    const look = (verdict: 'pass' | 'hold', reason: string): RolloutEvent => ({
      type: 'GreenAnalysed',
      step: 0,
      verdict,
      reason,
      secondsLeft: 60,
      gates: [],
    });
    for (const one of ['a', 'a', 'a', 'a', 'b', 'b']) {
      cli.time += 60_000;
      await cli.append('web-1', look('hold', `${one} is not known`));
    }
    cli.time += 60_000;
    await cli.append('web-1', look('pass', 'b is not known'));
    const analysed = async (command: string) => {
      const { out } = await cli.run(command);
      return out.slice(out.indexOf('') + 6).map((line) => line.replace(/^\S+ +/, ''));
    };
    const lines = await analysed('get web-1');

    expect(lines[1]).toBe('The same verdict 3 times more; this is the time of the last one.');
    expect((await cli.run('get web-1')).out).toContainEqual(
      expect.stringMatching(/^2026-03-01T10:04:00.000Z +The same/),
    );
    expect(lines).toHaveLength(5);
    expect(await analysed('get web-1 --all')).toHaveLength(7);
  });

  test('prints the whole record as JSON', async () => {
    await cli.open('web-1');
    const { out } = await cli.run('get web --json');

    expect(JSON.parse(out.join('\n'))).toMatchObject({
      state: { rolloutId: 'web-1', phase: 'checking' },
      events: [{ sequence: 1, event: { type: 'RolloutOpened' } }],
    });
  });
});

describe('sluice list', () => {
  test('prints rollouts in columns, newest first', async () => {
    await cli.open('web-1');
    await cli.append('web-1', { type: 'RolloutRejected', reason: 'no', results: [] });
    cli.time += 1000;
    await cli.open('web-22');
    const { code, out } = await cli.run('list web');

    expect({ code, out }).toEqual({
      code: 0,
      out: [
        'ROLLOUT  PHASE     IMAGE        OPENED',
        'web-22   checking  412-9f8d111  2026-03-01 10:00:01 +00:00',
        'web-1    rejected  412-9f8d111  2026-03-01 10:00:00 +00:00',
      ],
    });
    expect(JSON.parse((await cli.run('list web --limit 1 --json')).out.join(''))).toEqual([
      expect.objectContaining({ rolloutId: 'web-22' }),
    ]);
  });

  test('is empty for a service without rollouts, and an error for one that nobody knows', async () => {
    expect((await cli.run('list web --json')).out).toEqual(['[]']);
    expect(await cli.run('list shop')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('error: Stage production knows no service "shop".')],
    });
  });
});

describe('what green gets otherwise than blue', () => {
  const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8';

  test('is shown by status and get, on lines that steer no terminal', async () => {
    const cli = new FakeCli();
    const changes = [
      { kind: 'environment', name: 'LEVEL', from: 'info', to: 'debug\u001b[2J' },
      { kind: 'secret', name: 'DB', to: 'arn:db' },
    ] as const;
    await cli.open('web-1', { greenBase: arn, configuration: { changes, more: 4 } });
    const { out } = await cli.run('get web-1');

    expect(out).toEqual(
      expect.arrayContaining([
        `  base     ${arn}`,
        String.raw`  config   LEVEL: info -> debug\u{001b}[2J`,
        '           + secret DB=arn:db',
        '           and 4 more',
        expect.stringContaining('6 variables change: LEVEL, + DB and 4 more.'),
      ]),
    );
    expect(JSON.parse((await cli.run('status web-1 --json')).out.join(''))).toMatchObject({
      taskDefinitionBase: arn,
      configuration: { changes, more: 4 },
    });
  });

  test('is not mentioned where green is a copy of blue', async () => {
    const cli = new FakeCli();
    await cli.open('web-1', { greenBase: 'web:1', configuration: { changes: [], more: 0 } });

    expect((await cli.run('status web-1')).out.join('\n')).not.toMatch(/^ {2}(?:base|config)/m);
  });
});
