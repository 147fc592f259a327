import { describe, expect, test } from '@jest/globals';
import { after } from '../../../lib/specification/after-checks.ts';
import { parseSpec } from '../../../lib/specification/parse.ts';
import { runAfterChecks } from '../../../lib/usecases/checks/run-after-checks.ts';
import { retireBlue } from '../../../lib/usecases/retirement/retire-blue.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { minimalSpec } from '../../specification/example-spec.ts';
import { modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

const spec = (more = {}) => modelSpec({ after: ['cluster'], ...more });
const status = (journey: Journey, found: () => Promise<string | undefined>) =>
  altered(journey.world, { facts: { clusterStatus: found } });
const broken = () => Promise.resolve('INACTIVE');
const silent = () => Promise.reject(new Error('ECS does not answer'));

describe('the checks of a spec at 100 %', () => {
  const finishing = (more = {}) => journeyTo('finishing', { spec: spec(more) });
  const finish = ({ owned, world }: Journey) => finishRollout({ ...owned, checks: 'run' }, world);

  test('come before the rollout succeeds, once', async () => {
    const journey = await finishing();

    expect(await finish(journey)).toMatchObject({ outcome: 'check' });
    expect(await runAfterChecks(journey.owned, journey.world)).toEqual({ outcome: 'passed' });
    expect(await finish(journey)).toMatchObject({ outcome: 'succeeded' });
    expect(await journey.events('AfterChecksPassed')).toMatchObject([
      { results: [{ name: 'cluster', result: 'passed' }] },
    ]);
    // What is before the rollout is not run: `checks` does not name it.
    expect(JSON.stringify(await journey.events('PreChecksPassed'))).not.toContain('cluster');
  });

  test('that fail roll back while blue is whole, with what they saw', async () => {
    const journey = await finishing();

    expect(await runAfterChecks(journey.owned, status(journey, broken))).toEqual({ outcome: 'rollBack' });
    const { state } = await journey.stored();
    expect([state.phase, state.reason]).toEqual([
      'rollingBack',
      expect.stringContaining('Checks at 100 % failed: cluster: saw main is INACTIVE'),
    ]);
    expect(await journey.events('AfterChecksFailed')).toHaveLength(1);
    expect(await runAfterChecks(journey.owned, journey.world)).toEqual({ outcome: 'rollBack' });
  });

  test('that could not find out are asked again: that is neither good nor bad', async () => {
    const journey = await finishing();

    await expect(runAfterChecks(journey.owned, status(journey, silent))).rejects.toThrow(
      'cluster: saw could not find out: ECS does not answer',
    );
    expect((await journey.stored()).state.phase).toBe('finishing');
  });

  test.each([
    ['only warn', { checks: { cluster: { severity: 'warn' } } }, broken],
    ['only warn, and cannot find out', { checks: { cluster: { severity: 'warn' } } }, silent],
  ])('that %s hold nothing up', async (_, more, found) => {
    const journey = await finishing(more);

    expect(await runAfterChecks(journey.owned, status(journey, found))).toEqual({ outcome: 'passed' });
    expect(await journey.events('AfterChecksPassed')).toMatchObject([{ results: [{ result: 'warned' }] }]);
  });

  test('are left out where a machine of before, or the rollback, finishes the rollout', async () => {
    const journey = await finishing();

    expect(await finishRollout(journey.owned, journey.world)).toMatchObject({ outcome: 'succeeded' });
  });

  test('are none where the spec names none', async () => {
    const journey = await journeyTo('finishing');

    expect(await finish(journey)).toMatchObject({ outcome: 'succeeded' });
  });
});

describe('the checks of a spec when the retention ends', () => {
  const finished = () => journeyTo('finished', { spec: spec() });
  const of = ({ rolloutId }: Journey) => ({ service: 'web', rolloutId });

  test('come before the former version is removed, once', async () => {
    const journey = await finished();

    expect(await retireBlue(of(journey), journey.world)).toEqual({ outcome: 'check' });
    expect(await runAfterChecks(of(journey), journey.world)).toEqual({ outcome: 'passed' });
    expect(await journey.events('RetentionChecksPassed')).toHaveLength(1);
    expect(await retireBlue(of(journey), journey.world)).toEqual({ outcome: 'retired' });
  });

  test.each([
    ['fail', broken],
    ['could not find out', silent],
  ])('that %s are announced, and move no user', async (_, found) => {
    const journey = await finished();

    expect(await runAfterChecks(of(journey), status(journey, found))).toEqual({ outcome: 'passed' });
    expect(await journey.transitions()).toContain('RetentionChecksFailed');
    expect((await journey.stored()).state).toMatchObject({ phase: 'succeeded' });
    expect(await retireBlue(of(journey), journey.world)).toEqual({ outcome: 'retired' });
  });

  test('that cannot be run for an hour keep no tasks: that is announced', async () => {
    const journey = await finished();
    const { retention } = await journey.world.store.service('web');
    journey.world.time = Date.parse(retention?.keptUntil ?? '') + 3_600_000;
    expect(await retireBlue(of(journey), journey.world)).toEqual({ outcome: 'check' });

    journey.world.time += 1_000;
    expect(await retireBlue(of(journey), journey.world)).toEqual({ outcome: 'retired' });
    expect(await journey.events('RetentionChecksFailed')).toMatchObject([{ results: [] }]);
  });
});

describe('`after` of a spec', () => {
  const problems = (more: string) => {
    const parsed = parseSpec(`${minimalSpec}${more}`, 'web.yml');
    return parsed.ok ? [] : parsed.findings.map(({ message }) => message);
  };

  test('takes names of checks, each once', () => {
    expect(after.safeParse(['cluster', 'requests']).success).toBe(true);
    expect(after.safeParse(['cluster', 'cluster']).error?.issues[0]?.message).toContain('named twice');
    expect(after.safeParse(['no-such-check']).success).toBe(false);
  });

  test('needs the settings of a check that cannot run without', () => {
    expect(problems('after: [dashboard]\n').join()).toContain('"dashboard" needs settings');
    expect(problems('after: [dashboard]\nchecks: { dashboard: { name: web } }\n')).toEqual([]);
  });
});
