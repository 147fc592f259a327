import { describe, expect, test } from '@jest/globals';
import { checksOfSpec } from '../../lib/checks/pre-checks.ts';
import { judgePreChecks } from '../../lib/usecases/checks/judge-pre-checks.ts';
import { runPreCheck } from '../../lib/usecases/checks/run-pre-check.ts';
import { modelSpec } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { taskDefinition } from '../checks/task-definition.ts';
import { journeyTo, people } from './journey.ts';
import { good, twoPushes } from '../statemachines/two-pushes.ts';
import { altered, type Alterations } from './watched-world.ts';

const privileged = taskDefinition({ settings: { privileged: 'true' } });

/** What the checks of a spec find, and what the rollout does then. */
async function outcome(spec: Readonly<Record<string, unknown>>, world: Alterations) {
  const journey = await journeyTo('opened', { spec: modelSpec(spec) });
  const given = altered(journey.world, world);
  const found = await runPreCheck({ ...journey.owned, check: checksOfSpec }, given);
  const judged = await judgePreChecks(
    { ...journey.owned, results: [found].map((one) => ({ ...one, results: [...(one.results ?? [])] })) },
    given,
  );
  const events = await journey.events();
  return { found, judged, newest: events.at(-1) };
}

describe('the checks that a spec turns on', () => {
  test('reject a rollout where one that blocks fails, with how to fix it', async () => {
    const { judged, newest } = await outcome({ checks: { 'no-privileged': {} } }, privileged);

    expect(judged.outcome).toBe('rejected');
    expect(judged.reason).toMatch(/^no-privileged: saw privileged containers: app; expected .*; to fix: remove/);
    expect(newest).toMatchObject({
      type: 'RolloutRejected',
      results: [{ name: 'no-privileged', passed: false, result: 'failed', milliseconds: expect.any(Number) }],
    });
  });

  test('let a rollout go on where one that warns fails, which the record says', async () => {
    const { judged, newest } = await outcome({ checks: { 'no-privileged': { severity: 'warn' } } }, privileged);

    expect(judged.outcome).toBe('passed');
    expect(newest).toMatchObject({ type: 'PreChecksPassed', results: [{ passed: false, result: 'warned' }] });
  });

  test('are run again where one that blocks could not find out', async () => {
    const denied: Alterations = { runtime: { taskDefinition: () => Promise.reject(new Error('ECS is down')) } };

    await expect(outcome({ checks: { 'no-privileged': {} } }, denied)).rejects.toMatchObject({
      name: 'ChecksUnknown',
      message: 'no-privileged: could not find out: ECS is down',
    });
  });

  test('let a rollout go on where one that warns could not find out, and never call that passed', async () => {
    const denied: Alterations = { runtime: { taskDefinition: () => Promise.reject(new Error('ECS is down')) } };
    const { judged, newest } = await outcome({ checks: { 'no-privileged': { severity: 'warn' } } }, denied);

    expect(judged.outcome).toBe('passed');
    expect(newest).toMatchObject({ results: [{ passed: false, result: 'unknown' }] });
  });

  test('reject without waiting where one has failed and another could not find out', async () => {
    const noScan: Alterations = { ...privileged, facts: { imageScan: () => Promise.reject(new Error('ECR is down')) } };
    const { judged } = await outcome({ checks: { 'no-privileged': {}, 'image-scan': {} } }, noScan);

    expect(judged.outcome).toBe('rejected');
    expect(judged.reason).toContain('no-privileged');
  });

  const waiver = {
    check: 'no-privileged',
    image: '412-9f8d111',
    by: 'Ana',
    reason: 'moves next week',
    until: '2026-03-02T00:00:00Z',
  };
  const waived = (change: object) => ({
    checks: { 'no-privileged': {} },
    approvals: { people, required: [] },
    waivers: [{ ...waiver, ...change }],
  });

  test('do not hold up the rollout that a waiver is for, and the record says who decided that, why and until when', async () => {
    const { judged, newest } = await outcome(waived({}), privileged);

    expect(judged.outcome).not.toBe('rejected');
    expect(newest).toMatchObject({
      type: 'PreChecksPassed',
      results: [{ result: 'failed', waived: { by: 'Ana', reason: 'moves next week', until: '2026-03-02T00:00:00Z' } }],
    });
  });

  test.each([
    ['is for another image', { image: '413-b4dc0de' }],
    ['has ended', { until: '2026-03-01T09:59:59Z' }],
  ])('hold it up where the waiver %s', async (_, change) => {
    expect((await outcome(waived(change), privileged)).judged.outcome).toBe('rejected');
  });

  test.each([
    ['a check that is not turned on', { check: 'image-scan' }, 'waivers'],
    ['a person whom the spec does not name', { by: 'Zoe' }, 'waivers'],
  ])('cannot be waived for %s', (_, change, where) => {
    expect(() => modelSpec(waived(change))).toThrow(where);
  });

  test('go through the whole machine, to a rejection that says which', async () => {
    const world = await twoPushes();
    const spec = modelSpec({ checks: { 'image-size': { megabytes: 1 } } });
    await world.store.putSpec(spec, 'a test', world.now().toISOString());

    const { end } = await walk('rollout', good, world);

    expect(end).toMatchObject({ error: 'Rejected' });
    expect(await newestRollout(world)).toMatchObject({ reason: expect.stringContaining('image-size: saw 120.0 MB') });
  });

  test('go through the whole machine, to the end, where they pass', async () => {
    const world = await twoPushes();
    const spec = modelSpec({ checks: { 'image-size': {}, 'image-scan': {} } });
    await world.store.putSpec(spec, 'a test', world.now().toISOString());

    await walk('rollout', good, world);

    const { rolloutId } = await newestRollout(world);
    const events = await world.store.events(rolloutId, 0);
    const passed = events.map(({ event }) => event).find(({ type }) => type === 'PreChecksPassed');
    expect(passed).toMatchObject({
      results: expect.arrayContaining([expect.objectContaining({ name: 'image-scan', result: 'passed' })]),
    });
  });

  test('that could not find out delay the rollout, which goes on once they can', async () => {
    const world = await twoPushes();
    let asked = 0;
    world.facts.imageScan = () => {
      asked += 1;
      return asked <= 5
        ? Promise.reject(new Error('ECR is down'))
        : Promise.resolve({ status: 'COMPLETE', findings: [] });
    };
    await world.store.putSpec(modelSpec({ checks: { 'image-scan': {} } }), 'a test', world.now().toISOString());

    await walk('rollout', good, world);

    const { rolloutId, phase } = await newestRollout(world);
    const types = (await world.store.events(rolloutId, 0)).map(({ event }) => event.type);
    expect(types.indexOf('RolloutDelayed')).toBeGreaterThan(0);
    expect(types.indexOf('PreChecksPassed')).toBeGreaterThan(types.indexOf('RolloutDelayed'));
    expect([phase, asked]).toEqual(['succeeded', 6]);
  });
});
