import { describe, expect, test } from '@jest/globals';
import type { Routing } from '../../../lib/drivers/rules/routing.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { dueFinish, whyOthersRun, whyStrayed } from '../../../lib/usecases/shifting/decide-finish.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { journeyTo } from '../journey.ts';

const { rule, groupA, groupB } = modelArns;
const { state: passed } = await (await journeyTo('stepPassed')).stored();
const checked: RolloutState = {
  ...passed,
  phase: 'finishing',
  spec: modelSpec({ checks: { 'image-size': {} }, after: ['image-size'] }),
};

describe('the end of a rollout', () => {
  test.each<readonly [string, RolloutState, boolean, string]>([
    ['is made where nothing is left', passed, true, 'finish'],
    ['is not made where the rollout goes back', { ...passed, phase: 'rollingBack' }, true, 'rollBack'],
    ['is made once', { ...passed, phase: 'succeeded' }, true, 'succeeded'],
    ['comes after the checks of the spec', checked, true, 'check'],
    ['does without them where the machine does not run them', checked, false, 'finish'],
  ])('%s', (_, state, runsChecks, due) => {
    expect(dueFinish(state, runsChecks)).toBe(due);
  });
});

describe('a rollout cannot end', () => {
  const weighing = (green: number): Routing => ({
    ...{ kind: 'rule', arn: rule, listenerArn: modelArns.listener, actions: [] },
    weights: { [groupA]: 100 - green, [groupB]: green },
  });
  const { digest } = passed.image;

  test.each<readonly [string, readonly Routing[], boolean]>([
    ['with all traffic on green', [weighing(100), weighing(100)], false],
    ['while a rule gives blue some', [weighing(100), weighing(99)], true],
    ['while a rule leads elsewhere', [{ ...weighing(0), weights: { 'arn:other': 100 } }], true],
  ])('%s: by its rules', (_, routings, hasStrayed) => {
    const why = `Not all traffic is on green at the end: ${rule} was changed by others.`;

    expect(whyStrayed(passed, routings)).toBe(hasStrayed ? why : undefined);
  });

  test.each<readonly [string, readonly string[], string | undefined]>([
    ['nothing but the pinned image', [digest], undefined],
    ['nothing at all', [], `Green runs nothing at the end, not ${digest}.`],
    ['another image', ['sha256:x'], `Green runs sha256:x at the end, not ${digest}.`],
    ['another image beside it', [digest, 'sha256:x'], `Green runs ${digest}, sha256:x at the end, not ${digest}.`],
  ])('while green runs, by its tasks: %s', (_, digests, why) => {
    expect(whyOthersRun(passed, digests)).toBe(why);
  });
});
