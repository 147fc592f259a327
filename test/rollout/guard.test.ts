import { describe, expect, test } from '@jest/globals';
import { deadMan, type Guarded, guardNames, limit } from '../../lib/usecases/ownership/guard-schedules.ts';
import { longestSeconds } from '../../lib/rollout/guard.ts';
import { nextWatch } from '../../lib/rollout/traffic-watch.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';

const now = new Date('2026-03-01T10:00:00.000Z');
const id = 'web-20260301-100000-abcdef';
const byDefault = modelSpec({ steps: undefined, timeouts: undefined, period: '60s' });

const { rule, listener, groupA, groupB } = modelArns;

function guarded(spec: Guarded['spec'], restorePlan: Guarded['restorePlan'] = []): Guarded {
  return { rolloutId: id, spec, blue: 'a', green: 'b', restorePlan, executionArn: 'arn:of:the:execution' };
}

describe('the guard of a rollout', () => {
  test('fires after the wait that the rollout announced and the silence that it may keep', () => {
    expect(deadMan(guarded(byDefault), 1, now, 60).at).toEqual(new Date('2026-03-01T10:04:00.000Z'));
    expect(deadMan(guarded(modelSpec({ timeouts: { guard: '20s' } })), 1, now, 1).at).toEqual(
      new Date('2026-03-01T10:00:21Z'),
    );
  });

  test('says what it saw, and spares a rollout that has passed everything', () => {
    expect(deadMan(guarded(byDefault), 1, now, 60).input).toMatchObject({
      rolloutId: id,
      by: 'the guard',
      reason: 'The rollout made no progress for 240 s after 2026-03-01T10:00:00.000Z.',
      ifPassed: 'finish',
    });
  });

  test.each([
    ['the dead-man', (rollout: Guarded) => deadMan(rollout, 1, now, 60)],
    ['the limit', (rollout: Guarded) => limit(rollout, now)],
  ])('%s carries rules and target groups for a table that does not answer, and no actions', (_, schedule) => {
    const login = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { ClientSecret: 'a secret' } };
    const forward = { Type: 'forward', Order: 2, TargetGroupArn: groupA };
    const rollout = guarded(byDefault, [
      { kind: 'rule', arn: rule, actions: [login, forward] },
      { kind: 'listener', arn: listener, actions: [{ Type: 'fixed-response' }] },
    ]);

    const { input } = schedule(rollout);

    expect(input).toMatchObject({
      withoutTable: {
        executionArn: 'arn:of:the:execution',
        rules: [{ kind: 'rule', arn: rule, blue: groupA, green: groupB }],
      },
    });
    expect(JSON.stringify(input)).not.toMatch(/secret|Type/);
  });

  test('the watch after a rollback carries none: the rules may be a newer rollout’s by then', () => {
    const watch = nextWatch(id, byDefault, now, now);

    expect(watch?.input).toEqual({ rolloutId: id, by: 'the guard', reason: expect.any(String), ifPassed: 'finish' });
  });

  test('is by default above what a state may take with all its retries', () => {
    const calls = 9 * 15;
    const between = 1 + 2 + 4 + 8 + 10 + 10 + (1 + 2);

    expect(byDefault.timeouts.guard).toBeGreaterThan(calls + between);
  });
});

describe('the limit of a rollout', () => {
  test('is above all waits for tasks and all bakes with all holds', () => {
    const bakes = (5 + 15 + 30 + 30 + 10 + 10) * 60;
    const holds = 6 * 30 * 60;

    const verification = 600;

    expect(longestSeconds(byDefault, undefined)).toBe(600 + verification + 6 * (600 + 900) + bakes + holds + 180 + 900);
  });

  test('is what the spec says', () => {
    const spec = modelSpec({ timeouts: { rollout: '2h' } });

    expect(limit(guarded(spec), now)).toMatchObject({
      at: new Date('2026-03-01T12:00:00Z'),
      input: { ifPassed: 'finish' },
    });
  });

  test('of one that goes back to a named version is above what its steps need, and no higher', () => {
    const steps = [
      { weight: 25, bake: '1h' },
      { weight: 100, bake: '1h' },
    ];
    const spec = modelSpec({ timeouts: { rollout: '30m' }, steps });
    const mark = { of: 'web-1', to: 'version', reason: 'complaints' } as const;
    const { at } = limit({ ...guarded(spec), rollback: mark }, now);

    expect(limit(guarded(spec), now).at).toEqual(new Date('2026-03-01T10:30:00Z'));
    expect(at).toEqual(limit(guarded(modelSpec({ timeouts: {}, steps })), now).at);
    expect(at.getTime()).toBeGreaterThan(Date.parse('2026-03-01T12:00:00Z'));
  });
});

describe('the names of schedules', () => {
  test('differ for each owner, so that none is set again while the scheduler still deletes one that has fired', () => {
    const fences = [1, 2, 3, 20];
    const names = fences.map((fence) => deadMan(guarded(byDefault), fence, now, 60).name);

    expect(names).toEqual([`${id}-guard`, `${id}-g2`, `${id}-g3`, `${id}-g20`]);
    expect(fences.map((fence) => guardNames(id, fence).deadMan)).toEqual(names);
  });

  test('of former owners are the first one’s and those of the latest three', () => {
    expect(guardNames(id, 1).former).toEqual([]);
    expect(guardNames(id, 2).former).toEqual([`${id}-guard`]);
    expect(guardNames(id, 9).former).toEqual([`${id}-guard`, `${id}-g6`, `${id}-g7`, `${id}-g8`]);
  });

  test('fit: a schedule has up to 64 characters', () => {
    const longest = `${'w'.repeat(32)}-20260301-100000-abcdef`;
    const { deadMan: own, former, limit: atMost } = guardNames(longest, 999_999);
    const watch = nextWatch(longest, byDefault, now, now)?.name ?? '';

    expect(longest).toHaveLength(55);
    expect([own, ...former, atMost, watch].filter((name) => !/^[\w.-]{57,64}$/.test(name))).toEqual([]);
  });
});

describe('the watch after a rollback', () => {
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const watchAfter = (seconds: number, spec = byDefault) => nextWatch(id, spec, now, at(seconds));

  /** Seconds after the closing at which the weights are evaluated, each as late as the scheduler may be. */
  function evaluations(lateSeconds: number, spec = byDefault): readonly number[] {
    const seconds: number[] = [];
    for (
      let next = watchAfter(0, spec);
      next !== undefined;
      next = watchAfter((seconds.at(-1) ?? 0) + lateSeconds, spec)
    ) {
      seconds.push((next.at.getTime() - now.getTime()) / 1000);
    }
    return seconds;
  }

  test('has its times fixed by the closing, however late an evaluation is', () => {
    expect(evaluations(0)).toEqual([60, 120, 180, 270, 405, 600]);
    expect(evaluations(57)).toEqual([60, 120, 180, 270, 405, 600]);
    expect(evaluations(70)).toEqual([60, 180, 270, 405, 600]);
  });

  test('has one evaluation when the limit of open requests is over', () => {
    const spec = modelSpec({ period: '60s', timeouts: undefined, openRequests: { mode: 'drain', limit: '100s' } });

    expect(evaluations(0, spec)).toEqual([60, 100, 120, 180, 270, 405, 600]);
  });

  test('gives one that fires twice the same next one, and each a name of its own', () => {
    expect(watchAfter(60)).toEqual(watchAfter(95));
    const names = [0, 60, 120, 180, 270, 405].map((seconds) => watchAfter(seconds)?.name);

    expect(new Set([...names, `${id}-guard`, `${id}-g2`]).size).toBe(8);
  });
});
