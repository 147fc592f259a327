import { describe, expect, test } from '@jest/globals';
import { delayCap, delayed } from '../../lib/rollout/delay.ts';
import { journeyTo, type Stage } from '../usecases/journey.ts';

describe('work that cannot be done for now is tried again', () => {
  const capAt = async (stage: Stage) => {
    const { state } = await (await journeyTo(stage)).stored();
    const { guard, interference } = state.spec.timeouts;
    return { [guard]: 'guard', [interference]: 'interference' }[delayCap(state)];
  };

  test.each(['opened', 'deployed', 'verified', 'routed'] as Stage[])(
    'after %s for as long as people have',
    async (stage) => {
      expect(await capAt(stage)).toBe('interference');
    },
  );

  test('while green has traffic only for as long as the guard allows, between two steps, too', async () => {
    const shifted = await journeyTo('shifted');
    const { state } = await shifted.stored();
    expect(state).toMatchObject({ phase: 'baking', weight: 10 });
    expect(await capAt('shifted')).toBe('guard');

    await shifted.append({ type: 'StepPassed', step: 0, weight: 10 });
    const between = (await shifted.stored()).state;
    expect(between).toMatchObject({ phase: 'shifting', weight: 10 });
    expect(delayCap(between)).toBe(between.spec.timeouts.guard);
  });

  test.each([
    ['drift', (since: string) => ({ interference: { since, changes: '[]' } })],
    ['a shift that is held', (since: string) => ({ unreadySince: since })],
  ])('only until the moment that people were given for %s', async (_, held) => {
    const { state } = await (await journeyTo('routed')).stored();
    const since = '2026-03-01T10:00:00.000Z';
    const until = Date.parse(since) + state.spec.timeouts.interference * 1000;

    const decision = delayed({ ...state, ...held(since) }, 'ECS is down', 3_600, new Date(until - 60_000));

    const event = { type: 'RolloutDelayed', reason: 'ECS is down', until: new Date(until).toISOString() };
    expect(decision).toEqual({ outcome: 'tryAgain', events: [event] });
  });

  test('after everything has passed for as long as people have: going back would lose a good version', async () => {
    const { state } = await (await journeyTo('shifted')).stored();
    const finishing = { ...state, phase: 'finishing', weight: 100 } as const;

    expect(delayCap(finishing)).toBe(state.spec.timeouts.interference);
  });
});
