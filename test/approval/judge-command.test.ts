import { describe, expect, test } from '@jest/globals';
import { type Command, judgeCommand } from '../../lib/approval/judge-command.ts';
import type { Phase } from '../../lib/rollout/phase.ts';
import { evolve, type RolloutState } from '../../lib/rollout/state.ts';
import { at, inPhase, samples } from '../rollout/sample-events.ts';

const decider = { by: 'Ana', how: 'command', reason: 'because' } as const;
const commands: readonly Command[] = ['pause', 'resume', 'promote', 'promoteFully', 'abort', 'retry', 'override'];

/** In which phases each command counts. */
const taken: Readonly<Record<Command, readonly Phase[]>> = {
  pause: ['checking', 'awaitingApproval', 'provisioning', 'verifying', 'shifting', 'baking'],
  resume: [],
  promote: ['baking'],
  promoteFully: ['baking'],
  abort: ['checking', 'awaitingApproval', 'provisioning', 'verifying', 'shifting', 'baking', 'finishing'],
  retry: ['rejected', 'rolledBack'],
  override: ['checking', 'provisioning', 'verifying', 'shifting', 'baking'],
};

const every = commands.flatMap((command) =>
  Object.values(inPhase).map((state) => [command, state.phase, state] as const),
);

describe('judgeCommand', () => {
  test.each(every)(
    '%s of a rollout that is %s is taken where the record allows it, and nowhere else',
    (command, phase, state) => {
      const judged = judgeCommand(state, command, decider);

      expect(judged.outcome).toBe(taken[command].includes(phase) ? 'counts' : 'refused');
      const reason = judged.outcome === 'refused' ? judged.reason : state.rolloutId;
      expect(reason).toContain(state.rolloutId);
      const events = judged.outcome === 'refused' ? [] : judged.events;
      expect(() => events.map((event) => evolve(state, event, at))).not.toThrow();
    },
  );

  const paused = evolve(inPhase.baking, samples.RolloutPaused, at);
  const promoted = evolve(inPhase.baking, samples.StepPromoted, at);
  const lastStep: RolloutState = { ...inPhase.baking, step: 2, weight: 100 };

  test.each([
    ['pause', paused, 'paused already, by Ana'],
    ['promote', paused, 'sluice resume'],
    ['promote', promoted, 'skipped already, as Ana said'],
    ['abort', inPhase.rollingBack, 'being rolled back already'],
  ] as const)('%s says why it changes nothing', (command, state, why) => {
    expect(judgeCommand(state, command, decider)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(why) as unknown,
    });
  });

  test('abort wants to know why', () => {
    expect(judgeCommand(inPhase.baking, 'abort', { by: 'Ana', how: 'command' })).toMatchObject({ outcome: 'refused' });
  });

  test('who asked for one step may still ask for all of them', () => {
    expect(judgeCommand(promoted, 'promoteFully', decider).outcome).toBe('counts');
  });

  test('from the last step there is nowhere further to go', () => {
    expect(judgeCommand(lastStep, 'promoteFully', decider)).toMatchObject({ events: [{ full: false }] });
  });

  test.each([
    ['succeeded', 'abort', 'has ended: it succeeded.'],
    ['rolledBack', 'pause', 'has ended: it was rolled back. Try its image again with: sluice retry '],
    ['rejected', 'promote', 'has ended: it was rejected. Try its image again with: sluice retry '],
    [
      'succeeded',
      'retry',
      'cannot be tried again: it succeeded, and only one that was rejected or rolled back can be.',
    ],
    ['baking', 'retry', 'cannot be tried again: it runs, and only one'],
  ] as const)('a %s rollout says how it stands to %s', (phase, command, why) => {
    expect(judgeCommand(inPhase[phase], command, decider)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(why),
    });
  });

  test('retry means the image again, once the rollout has gone back from an open question about a task', () => {
    const asked = evolve(inPhase.verifying, samples.TaskDecisionRequested, at);

    expect(asked.askedTask).toBeDefined();
    const { askedTask } = asked;
    expect(JSON.stringify(judgeCommand({ ...inPhase.rolledBack, askedTask }, 'retry', decider))).toContain('-retry-1"');
  });

  test('each retry gets an execution of its own', () => {
    const once = evolve(inPhase.rolledBack, samples.RetryRequested, at);
    const nameOf = (state: RolloutState) => JSON.stringify(judgeCommand(state, 'retry', decider));

    expect(nameOf(inPhase.rolledBack)).toContain('-retry-1"');
    expect(nameOf(once)).toContain('-retry-2"');
  });
});
