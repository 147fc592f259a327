import { beforeEach, describe, expect, test } from '@jest/globals';
import { drawnRuleDelay } from '../../local/fleet/balancer/rule-propagation.ts';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { walk } from '../model/walk.ts';
import { definitionOf } from './definitions.ts';
import { type Before, toGreen } from './plays.ts';
import { bad, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

/** Rolls a bad version back, and returns the states that were left, waits included, in order. */
async function statesOfRollback(before: Before): Promise<readonly string[]> {
  const left: string[] = [];
  const onEdge = ({ machine, from }: { machine: string; from: string }) => {
    if (machine === 'rollback') left.push(from);
  };
  await walk('rollout', bad, world, { before, onEdge });
  return left;
}

/** A function that was under way writes after the first restoration. */
function lateWriter(): Before {
  let isOver = false;
  return (state) => {
    if (state !== 'ConfirmRestored' || isOver) return;
    isOver = true;
    world.actions.set(modelArns.rule, toGreen);
  };
}

describe('green, where the second restoration corrected a rule', () => {
  test.each([
    ['planned by the function', false],
    ['written without a function', true],
  ])('keeps its tasks until every node obeys the correction that was %s', async (_, isUnread) => {
    const late = lateWriter();
    const states = await statesOfRollback((state, ...rest) => {
      if (isUnread && state === 'PlanRestoration') throw new Error('Lambda is down');
      late(state, ...rest);
    });

    const waited = states.indexOf('OutwaitPropagation');
    expect(waited).toBeGreaterThan(states.lastIndexOf('RestoreRule'));
    expect(waited).toBeLessThan(states.indexOf('VerifyBlue'));
    expect(states.indexOf('RemoveGreen')).toBeGreaterThan(waited);
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect(world.slots.get('web-b')?.desired).toBe(0);
  });

  test('is removed without that wait where the second restoration had nothing to write', async () => {
    const states = await statesOfRollback(() => undefined);

    expect(states).toContain('RemoveGreen');
    expect(states).not.toContain('OutwaitPropagation');
  });

  test.each(['OutwaitPropagation', 'OutwaitWriters'])('%s is longer than any node takes to obey a rule', (wait) => {
    const seconds = Number(definitionOf('rollback').States[wait]?.['Seconds']);

    expect(seconds).toBeGreaterThan(drawnRuleDelay.to);
  });
});
