import { beforeEach, describe, expect, test } from '@jest/globals';
import type { TaskDefinitionFacts } from '../../../lib/drivers/slot-runtime.ts';
import type { TaskDefinitionBase } from '../../../lib/specification/task-definition-base.ts';
import { describeEvent } from '../../../lib/rollout/transition.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { digestOf, modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo, openInput } from '../journey.ts';

const arn = (revision: number, family = 'web') =>
  `arn:aws:ecs:eu-west-1:111122223333:task-definition/${family}:${revision}`;
type Variables = Readonly<Record<string, string>>;

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('applied');
  known('web:1', { LEVEL: 'info', OLD: '1' }, { DB: 'arn:db-1' });
});

/** A task definition of the family of blue, under the name by which it is asked for. */
function known(
  reference: string,
  environment: Variables,
  secrets: Variables = {},
  facts: Partial<TaskDefinitionFacts> = {},
): void {
  const containers = { app: { image: 'registry/shop/web:1', environment, secrets } };
  const found = { arn: reference, family: 'web', active: true, containers, ...facts };
  journey.world.taskDefinitions.set(reference, found);
}

async function openWith(
  base: TaskDefinitionBase,
  request: object = {},
  executionArn: string = openInput().executionArn,
) {
  await journey.world.store.putSpec(modelSpec({ taskDefinition: base }), 'a test', openInput().startedAt);
  const input = { ...openInput(), executionArn, request: { service: 'web', image: goodImage, ...request } };
  const answer = await openRollout(input, journey.world);
  const state = answer.outcome === 'opened' ? (await journey.world.store.load(answer.rolloutId))?.state : undefined;
  return { answer, state, reason: answer.outcome === 'rejected' ? answer.reason : '' };
}

describe('the base of green', () => {
  test('is what blue runs, unless the spec says otherwise', async () => {
    const { state } = await openWith('blue');

    expect(state).toMatchObject({ greenBase: 'web:1', configuration: { changes: [], more: 0 } });
  });

  test('latest-of-family is what infrastructure code registered last; what changes with it is in the record', async () => {
    known('web', { LEVEL: 'debug', NEW: 'yes' }, { DB: 'arn:db-2' }, { arn: arn(7) });
    const { state } = await openWith('latest-of-family');

    expect(state).toMatchObject({
      greenBase: arn(7),
      configuration: {
        changes: [
          { kind: 'environment', name: 'LEVEL', from: 'info', to: 'debug' },
          { kind: 'environment', name: 'NEW', to: 'yes' },
          { kind: 'environment', name: 'OLD', from: '1' },
          { kind: 'secret', name: 'DB', from: 'arn:db-1', to: 'arn:db-2' },
        ],
        more: 0,
      },
    });
  });

  test('latest-of-family looks below what rollouts registered themselves', async () => {
    known('web', { LEVEL: 'of a rollout' }, {}, { arn: arn(9), infrastructure: arn(8) });
    known(arn(8), { LEVEL: 'of the infrastructure' });

    expect((await openWith('latest-of-family')).state).toMatchObject({ greenBase: arn(8) });
  });

  test('latest-of-family takes what is there where that of the infrastructure was deregistered', async () => {
    known('web', {}, {}, { arn: arn(9), infrastructure: arn(8) });
    known(arn(8), {}, {}, { active: false });

    expect((await openWith('latest-of-family')).state).toMatchObject({ greenBase: arn(9) });
  });

  test('blue may run what was deregistered since', async () => {
    known('web:1', {}, {}, { active: false });
    known('web', { A: '1' }, {}, { arn: arn(2) });

    expect((await openWith('latest-of-family')).state).toMatchObject({ greenBase: arn(2) });
  });

  test('from-event is what the request names, and green is derived from it', async () => {
    known(arn(5), { LEVEL: 'debug' });
    const { answer, state } = await openWith('from-event', { taskDefinition: arn(5) });
    expect(state).toMatchObject({ greenBase: arn(5) });
    const { rolloutId = '', fence = 0 } = answer.outcome === 'opened' ? answer : {};
    const opened = await journey.world.store.load(rolloutId);
    if (opened !== undefined)
      await journey.world.store.append(opened, [{ type: 'PreChecksPassed', results: [] }], openInput().startedAt);
    await provisionGreen({ rolloutId, fence }, journey.world);

    expect(journey.world.bases).toEqual([arn(5)]);
  });

  describe('of the same image', () => {
    const serving = { image: digestOf('a') };
    const settings = { cpu: '256', memory: '512', 'app.image': 'x:1', 'app.environment.LEVEL': 'info' };
    const larger = { ...settings, cpu: '1024', 'otel.image': 'otel:2', 'app.image': 'x:2' };
    const same = { image: undefined, sameImage: true };

    beforeEach(() => {
      known('web:1', { LEVEL: 'info' }, {}, { settings });
    });

    test('is not rolled out for nothing', async () => {
      known('web', { LEVEL: 'info' }, {}, { arn: arn(7), settings: { ...settings, 'app.image': 'x:7' } });
      const expected = `(${digestOf('a')}) already serves all traffic in slot a, and task definition ${arn(7)} does not differ from web:1.`;

      expect((await openWith('latest-of-family', serving)).reason).toContain(expected);
      expect((await openWith('latest-of-family', same)).reason).toContain(expected);
    });

    test('is rolled out where the request says so, with the difference as its subject', async () => {
      known('web', { LEVEL: 'debug' }, {}, { arn: arn(7), settings: larger });
      const { state } = await openWith('latest-of-family', same);

      expect(state).toMatchObject({
        sameImage: true,
        greenBase: arn(7),
        image: {
          digest: digestOf('a'),
          repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web',
          tag: '411-3c9e1f0',
        },
        configuration: {
          changes: [
            { kind: 'definition', name: 'cpu', from: '256', to: '1024' },
            { kind: 'definition', name: 'otel.image', to: 'otel:2' },
            { kind: 'environment', name: 'LEVEL', from: 'info', to: 'debug' },
          ],
        },
      });
      const [opened] = await journey.world.store.events(state?.rolloutId ?? '', 0);
      expect(opened && state && describeEvent(opened.event, state)).toBe(
        'web: rollout of 411-3c9e1f0 (the same image, 3 settings change: cpu, + otel.image, LEVEL) opened by a person; blue is slot a, green is slot b.',
      );
    });

    test('says without that wish what differs and how to roll it out', async () => {
      known('web', { LEVEL: 'info' }, {}, { arn: arn(7), settings: larger });

      expect((await openWith('latest-of-family', serving)).reason).toBe(
        `${digestOf('a')} (${digestOf('a')}) already serves all traffic in slot a, but task definition ${arn(7)} differs from web:1, which it runs: 2 settings change: cpu, + otel.image. Roll that out with: sluice start web --same-image`,
      );
    });

    test('says where the spec lets nothing differ which field of it does', async () => {
      expect((await openWith('blue', same)).reason).toContain(
        'with `taskDefinition: blue` nothing else can differ. To roll out another CPU, memory, role, sidecar or secret, write latest-of-family',
      );
    });

    test('is rolled out where the request names the task definition', async () => {
      known(arn(7), { LEVEL: 'info' }, {}, { settings: larger });

      expect((await openWith('from-event', { ...serving, taskDefinition: arn(7) })).answer.outcome).toBe('opened');
    });

    test.each([
      ['with an image, which is a question of its own', { ...same, image: goodImage }, 'expected a tag'],
      ['with a rollback', { ...same, rollback: { to: 'version', reason: 'x' } }, 'a rollback names the version'],
    ])('is refused %s', async (_, request, expected) => {
      expect((await openWith('latest-of-family', request)).reason).toContain(expected);
    });

    test('needs one image that serves', async () => {
      const blue = journey.world.slots.get('web-a');
      if (blue !== undefined) blue.desired = 0;

      expect((await openWith('latest-of-family', same)).reason).toContain('Blue of web has no running task');
    });
  });

  test.each<[string, TaskDefinitionBase, object, string]>([
    ['from-event without one', 'from-event', {}, 'the request names none; add "taskDefinition"'],
    ['one that the spec does not ask for', 'blue', { taskDefinition: arn(5) }, 'leave it out, or write from-event'],
    ['one that is not there', 'from-event', { taskDefinition: arn(99) }, 'knows no active task definition'],
    ['one that was deregistered', 'from-event', { taskDefinition: arn(3) }, 'knows no active task definition'],
    ['another family', 'from-event', { taskDefinition: arn(1, 'other') }, 'is of family other, but blue runs web'],
    ['one without the container', 'from-event', { taskDefinition: arn(4) }, 'has no container app (it has proxy)'],
    ['a family that is not there', 'latest-of-family', {}, 'no active task definition web (the family of blue)'],
    ['something else than an ARN', 'from-event', { taskDefinition: 'web:5\n' }, 'expected the ARN'],
  ])('%s is refused with what to change, and nothing is locked', async (_, base, request, expected) => {
    known(arn(3), {}, {}, { active: false });
    known(arn(4), {}, {}, { containers: { proxy: { image: 'x', environment: {}, secrets: {} } } });
    known(arn(5), {});
    known(arn(1, 'other'), {}, {}, { family: 'other' });

    expect((await openWith(base, request)).reason).toContain(expected);
    expect((await journey.world.store.service('web')).lockedBy).toBeUndefined();
  });

  test('going back does not depend on what infrastructure code registered since', async () => {
    journey = await journeyTo('finished');
    const serves = journey.world.slots.get('web-b')?.taskDefinition ?? '';
    known(serves, { LEVEL: 'info' });
    known('web', { LEVEL: 'debug' }, {}, { arn: arn(7) });
    const { state } = await openWith(
      'latest-of-family',
      { image: digestOf('a'), rollback: { to: 'version', reason: 'it was better' } },
      'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:execution-2',
    );

    expect(state).toMatchObject({ greenBase: serves, configuration: { changes: [], more: 0 } });
  });

  test('a huge and hostile environment is harmless in the record', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `V${index}${'\u001b[2J'.repeat(50)}`);
    const values = '\u202e\u0000😀'.repeat(20_000);
    known('web', Object.fromEntries(names.map((name) => [name, values])), {}, { arn: arn(7) });
    const { state } = await openWith('latest-of-family');
    const written = JSON.stringify(state?.configuration);

    expect(written.length).toBeLessThan(13_000);
    expect(written).not.toMatch(/\\u00|\p{Cc}|\p{Cf}|\p{Cs}/u);
    expect(state?.configuration?.more).toBeGreaterThan(2900);
  });
});
