import { beforeEach, describe, expect, test } from '@jest/globals';
import { answerApproval } from '../../lib/usecases/people/answer-approval.ts';
import { commandNeeds, commandRollout } from '../../lib/usecases/people/command-rollout.ts';
import { digestOf, modelArns, ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk, type WalkOptions } from '../model/walk.ts';
import { withApprovals } from '../usecases/journey.ts';

type People = NonNullable<WalkOptions['people']>;

let world: ModelWorld;

beforeEach(async () => {
  world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'));
  await world.store.putSpec(withApprovals(), 'a test', world.now().toISOString());
});

const input = { service: 'web', image: '412-9f8d111', requestedBy: 'Erin' };

/** These people approve, one after the other; one who is marked with `!` rejects. */
const approvedBy =
  (...names: readonly string[]): People =>
  async (rolloutId) => {
    for (const each of names) {
      const { people } = (await newestRollout(world)).spec.approvals;
      const person = people.find(({ name }) => name === each.replace('!', ''));
      if (person === undefined) throw new Error(`there is no ${each}`);
      const answer = each.endsWith('!') ? 'reject' : 'approve';
      await answerApproval(rolloutId, person, answer, { how: 'link', reason: 'not today' }, world);
    }
  };

describe('a rollout that needs approval', () => {
  test('changes nothing before all have approved, and is checked once more then', async () => {
    const tasksOfGreen: (number | undefined)[] = [];
    const before = (state: string) => {
      if (state === 'AwaitApproval') tasksOfGreen.push(world.slots.get('web-b')?.desired);
    };
    const { end, states } = await walk('rollout', input, world, { before, people: approvedBy('Ana', 'Ben', 'Cleo') });

    expect(end.status).toBe('SUCCEEDED');
    expect(tasksOfGreen).toEqual([0]);
    expect(states.filter((state) => state === 'JudgePreChecks' || state === 'AwaitApproval')).toEqual([
      'JudgePreChecks',
      'AwaitApproval',
      'JudgePreChecks',
    ]);
    expect(world.weights()).toEqual({ [modelArns.groupA]: 0, [modelArns.groupB]: 100 });
  });

  test('ends as rejected, in the words of who rejected it', async () => {
    const { end } = await walk('rollout', input, world, { people: approvedBy('Ana', 'Ben!') });

    expect(end).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'not today' });
    expect(await newestRollout(world)).toMatchObject({
      phase: 'rejected',
      decisions: [{}, { by: 'Ben', answer: 'rejected' }],
    });
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
    expect(world.schedules.pending()).toEqual([]);
    expect(world.changes).toEqual([]);
  });

  test('is rejected once the time is over, and says who did not answer', async () => {
    const opened = world.time;
    const { end } = await walk('rollout', input, world, { people: approvedBy('Ana') });

    expect(end).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect((await newestRollout(world)).reason).toBe('Not approved within 1d: product-manager, qa did not answer.');
    expect(world.time - opened).toBeGreaterThan(86_400_000);
    expect(world.changes).toEqual([]);
  });

  test('goes back without a trace where somebody aborts it meanwhile', async () => {
    const abort: People = async (rolloutId) => {
      await commandRollout(rolloutId, 'abort', { by: 'Ana', how: 'command', reason: 'a mistake' }, commandNeeds(world));
    };
    const { end } = await walk('rollout', input, world, { people: abort });

    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect((await newestRollout(world)).phase).toBe('rolledBack');
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('waits with its token in the table, which no answer of it shows', async () => {
    let kept: string | undefined;
    const look: People = async (rolloutId, { taskTokens }) => {
      kept = taskTokens.tokens.get(rolloutId);
      await approvedBy('Ana', 'Ben', 'Cleo')(rolloutId, world);
    };
    await walk('rollout', input, world, { people: look });
    const everything = JSON.stringify([
      await newestRollout(world),
      await world.store.events((await newestRollout(world)).rolloutId, 0),
    ]);

    expect(kept).toBe('token-of-execution-1');
    expect(everything).not.toContain(kept);
    expect(world.taskTokens.tokens.size).toBe(0);
  });
});
