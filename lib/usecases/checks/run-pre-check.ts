import * as z from 'zod';
import { preCheckNamed } from '../../checks/pre-checks.ts';
import type { CheckResult } from '../../rollout/event-shapes.ts';
import { ownedInput, ownedRollout } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const runPreCheckInput = ownedInput.extend({ check: z.string() });

/** State `RunPreCheck`: one check, with what it saw beside what it expected. */
export async function runPreCheck(
  input: z.output<typeof runPreCheckInput>,
  world: Part<'store' | 'router' | 'runtime' | 'capacity' | 'registry' | 'probe' | 'now' | 'sleep'>,
): Promise<CheckResult> {
  const { name, expected, observe } = preCheckNamed(input.check);
  const { state } = await ownedRollout(world, input);
  const { passed, saw, answered, accepts } = await observe(state, world);
  return {
    name,
    passed,
    saw,
    expected,
    ...(answered === true && { answered }),
    ...(accepts !== undefined && { accepts }),
  };
}
