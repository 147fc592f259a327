import { describe, expect, test } from '@jest/globals';
import { answerApproval } from '../../../lib/usecases/people/answer-approval.ts';
import { commandNeeds, commandRollout } from '../../../lib/usecases/people/command-rollout.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { modelSpec } from '../../model/model-world.ts';
import { ana, command } from '../commanded.ts';
import { goodImage, type Journey, journeyTo, openInput, withApprovals } from '../journey.ts';
import { useCases, type UseCaseName } from '../use-cases.ts';
import { watched } from '../watched-world.ts';

async function answer(journey: Journey, name: string, what: 'approve' | 'reject' = 'approve') {
  const person = (await journey.stored()).state.spec.approvals.people.find((one) => one.name === name);
  if (person === undefined) throw new Error(`there is no ${name}`);
  return answerApproval(journey.rolloutId, person, what, { how: 'link', reason: 'because' }, journey.world);
}

const outcomes = async (journey: Journey) => (await journey.transitions()).slice(-3);

describe('promote', () => {
  test('ends the step at the next look, long before its bake does', async () => {
    const journey = await journeyTo('shifted');
    journey.world.time += 1000;
    await command(journey, 'promote');

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed', step: 1 });
  });

  test('--full goes to the last step, and a repeated look says the same', async () => {
    const journey = await journeyTo('shifted');
    await command(journey, 'promoteFully');

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed', step: 2 });
    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed', step: 2 });
    expect(await shiftTraffic({ ...journey.owned, step: 2 }, journey.world)).toMatchObject({ weight: 100 });
  });

  test('does not get a green through whose gate fails by then', async () => {
    const journey = await journeyTo('shifted', { image: '413-b4dc0de' });
    await command(journey, 'promoteFully');
    journey.world.time += 3000;

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'rollBack' });
  });

  test('does not count for the step after', async () => {
    const journey = await journeyTo('shifted');
    await command(journey, 'promote');
    await useCases.analyseGreen(journey, journey.world);
    await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'keepBaking' });
  });
});

describe('a bake that is held at its cap', () => {
  const asking = modelSpec({
    timeouts: { hold: '10s' },
    approvals: { decideWithin: '60s' },
    gates: [
      {
        name: 'errors',
        bad: { metric: 'errors' },
        total: { metric: 'requests' },
        pass: 0.01,
        abort: 0.05,
        afterHold: 'ask',
      },
    ],
    // Green has traffic, but by far too little to say anything.
    minimumRequests: 1_000_000,
  });

  async function held(): Promise<Journey> {
    const journey = await journeyTo('shifted', { spec: asking });
    journey.world.time += 16_000;
    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'awaitDecision' });
    return journey;
  }

  test('asks people once, and goes on judging', async () => {
    const journey = await held();
    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'awaitDecision' });

    expect((await journey.transitions()).filter((type) => type === 'DecisionRequested')).toHaveLength(1);
  });

  test('goes on where somebody says so, and the question is answered with that', async () => {
    const journey = await held();
    await command(journey, 'promote');

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed' });
    expect((await journey.stored()).state.decisions).toMatchObject([
      { point: 'hold-0', answer: 'promoted', by: 'Ana' },
    ]);
  });

  test('goes back where nobody says anything', async () => {
    const journey = await held();
    journey.world.time += 60_000;

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toContain('Nobody decided within 60 s');
  });

  test('a pause stops the clock of the question, too', async () => {
    const journey = await held();
    await command(journey, 'pause');
    journey.world.time += 3600_000;
    await command(journey, 'resume');

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'awaitDecision' });
  });
});

describe('abort', () => {
  test('records who and why, starts the rollback machine at once, and no shift follows', async () => {
    const journey = await journeyTo('routed');
    await command(journey, 'abort');

    expect(journey.world.startedRollbacks).toEqual([
      { name: `${journey.rolloutId}-rb-1`, input: { rolloutId: journey.rolloutId, by: 'Ana', reason: 'because' } },
    ]);
    expect(await useCases.shiftTraffic(journey, journey.world)).toEqual({ outcome: 'rollBack' });
    expect(journey.world.changes).toEqual([]);
  });

  test('asked for twice, the machine is started even where the first one died before', async () => {
    const journey = await journeyTo('shifted');
    await journey.append({ type: 'RollbackRequested', reason: 'because', by: 'Ana', how: 'command' });

    expect(await commandRollout(journey.rolloutId, 'abort', ana, commandNeeds(journey.world))).toMatchObject({
      outcome: 'refused',
    });
    expect(journey.world.startedRollbacks).toHaveLength(1);
  });
});

describe('retry', () => {
  test('tries the same digest again, in the name of both who requested it', async () => {
    const journey = await journeyTo('opened');
    await useCases.rejectByPreChecks(journey, journey.world);
    await command(journey, 'retry');

    const { digest } = (await journey.stored()).state.image;
    expect(journey.world.started.at(-1)).toEqual({
      name: `${journey.rolloutId}-retry-1`,
      input: { service: 'web', image: digest, requestedBy: 'Erin, Ana' },
    });
  });

  test('names the task definition again that the first event named', async () => {
    const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:5';
    const journey = await journeyTo('applied');
    const { world } = journey;
    const containers = { app: { image: 'x', environment: {}, secrets: {} } };
    for (const reference of ['web:1', arn])
      world.taskDefinitions.set(reference, { arn: reference, family: 'web', active: true, containers });
    await world.store.putSpec(modelSpec({ taskDefinition: 'from-event' }), 'a test', world.now().toISOString());
    const request = { service: 'web', image: goodImage, taskDefinition: arn };
    const opened = await openRollout({ ...openInput(), request }, world);
    const rolloutId = opened.outcome === 'opened' ? opened.rolloutId : '';
    const stored = await world.store.load(rolloutId);
    if (stored !== undefined)
      await world.store.append(
        stored,
        [{ type: 'RolloutRejected', reason: 'no', results: [] }],
        world.now().toISOString(),
      );
    await commandRollout(rolloutId, 'retry', ana, commandNeeds(world));

    expect(world.started.at(-1)?.input).toMatchObject({ taskDefinition: arn });
  });

  test('waits for a rollout that runs meanwhile', async () => {
    const journey = await journeyTo('opened');
    await useCases.rejectByPreChecks(journey, journey.world);
    const { state } = await journey.stored();
    await journey.world.store.open('web-next', { ...state, type: 'RolloutOpened' }, journey.world.now().toISOString());

    expect(await commandRollout(journey.rolloutId, 'retry', ana, commandNeeds(journey.world))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('busy with rollout web-next') as unknown,
    });
  });
});

/** Every use case that writes to the record, at a stage at which it does. */
const writers: readonly (readonly [UseCaseName, () => Promise<Journey>])[] = [
  ['judgePreChecks', () => journeyTo('opened')],
  ['provisionGreen', () => journeyTo('checked')],
  ['checkGreen', () => journeyTo('deployed')],
  ['verifyGreen', () => journeyTo('ready')],
  ['openHeaderRoute', () => journeyTo('verified')],
  ['analyseGreen', () => journeyTo('shifted')],
];

describe('what people say while a state works', () => {
  test.each(writers)('%s records what it found out after it, and loses nothing', async (name, at) => {
    const counted = await at();
    const { calls, world } = watched(counted.world);
    await useCases[name](counted, world);
    for (let number = 1; number <= Math.max(1, calls.length); number += 1) {
      const journey = await at();
      const spied = watched(journey.world, async (_, count) => {
        if (count === number) await command(journey, 'pause', 'resume', 'pause');
      });
      await useCases[name](journey, spied.world);

      const types = (await journey.events()).map(({ type }) => type);
      expect(types.filter((type) => type === 'RolloutPaused').length).toBe(calls.length === 0 ? 0 : 2);
    }
  });

  test('of two who approve at once, both count', async () => {
    const journey = await journeyTo('checked', { spec: withApprovals() });
    const given = await Promise.all([answer(journey, 'Ana'), answer(journey, 'Ben'), answer(journey, 'Cleo')]);

    expect(given.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
    expect(await outcomes(journey)).toEqual(['Approved', 'Approved', 'ApprovalGranted'].slice(0, 3));
    expect((await journey.stored()).state.phase).toBe('checking');
  });

  test('of two who decide against each other at once, one does, and the other learns of it', async () => {
    const journey = await journeyTo('checked', { spec: withApprovals() });
    await answer(journey, 'Ana');
    await answer(journey, 'Ben');
    const given = await Promise.all([answer(journey, 'Cleo'), answer(journey, 'Dan', 'reject')]);

    expect(given.map(({ outcome }) => outcome).sort()).toEqual(['done', 'refused']);
  });
});
