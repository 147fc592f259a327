import { describe, expect, test } from '@jest/globals';
import type { Routing } from '../../../lib/drivers/rules/routing.ts';
import type { StoredRollout } from '../../../lib/ports/rollout-store.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import {
  decideStrayed,
  expectationOf,
  type RecordedService,
  type Strayed,
  strayedIn,
} from '../../../lib/usecases/watching/decide-live-weights.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { journeyTo } from '../journey.ts';

const { rule, groupA, groupB } = modelArns;
const succeeded = await (await journeyTo('finished')).stored();
const { spec } = succeeded.state;
const of = (change: Partial<RolloutState>): StoredRollout => ({
  ...succeeded,
  state: { ...succeeded.state, ...change },
});
const closing = { by: 'ana', how: 'command', reason: 'as it is', at: '2026-03-01T12:00:00Z', closed: true } as const;
const known: RecordedService = { spec, hasRollout: true, newest: succeeded };
const otherSlots = modelSpec({
  slots: { a: { service: 'shop-a', targetGroup: groupA }, b: { service: 'shop-b', targetGroup: groupB } },
});

describe('the record of a service', () => {
  test.each<readonly [string, RecordedService, object]>([
    ['says that its new version serves after a success', known, { blue: 'b', green: 'a' }],
    [
      'says that its former version serves after a rollback',
      { ...known, newest: of({ phase: 'rolledBack' }) },
      { blue: 'a', green: 'b' },
    ],
    [
      'says what a person saw who closed a rollback',
      { ...known, newest: of({ phase: 'rolledBack', closing: { ...closing, serves: 'b' } }) },
      { blue: 'b', green: 'a' },
    ],
    [
      'says nothing of traffic that a person left split',
      { ...known, newest: of({ phase: 'rolledBack', closing }) },
      { outcome: 'unclear', reason: 'a person closed the newest rollback while traffic was split' },
    ],
    [
      'says nothing before the first rollout',
      { spec, hasRollout: false },
      { outcome: 'unclear', reason: 'no rollout has recorded which slot serves' },
    ],
    [
      'says nothing without a spec',
      { hasRollout: true },
      { outcome: 'unclear', reason: 'no rollout has recorded which slot serves' },
    ],
    [
      'says nothing of slots that a later spec names',
      { ...known, spec: otherSlots },
      { outcome: 'unclear', reason: 'the spec has other slots than the newest rollout' },
    ],
    ['is left to a rollout that runs', { ...known, newest: of({ phase: 'baking' }) }, { outcome: 'inRollout' }],
    ['is left to a rollout that is being opened', { spec, hasRollout: true }, { outcome: 'inRollout' }],
  ])('%s', (_, recorded, expected) => {
    expect(expectationOf(recorded)).toMatchObject(expected);
  });
});

const expected = { stored: succeeded, spec, blue: 'b', green: 'a' } as const;
const weighing = (weights: Routing['weights']): Routing => ({
  kind: 'rule',
  arn: rule,
  listenerArn: modelArns.listener,
  actions: [],
  weights,
});
const right = weighing({ [groupA]: 0, [groupB]: 100 });
const wrong = weighing({ [groupA]: 10, [groupB]: 90 });
const foreign = weighing({ 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/other/1': 100 });

describe('a rule that is read twice', () => {
  test.each<readonly [string, readonly Routing[], readonly Routing[], readonly Routing[] | 'unclear']>([
    ['has strayed where both readings say so', [wrong], [wrong], [wrong]],
    ['has not where the first one was older than the last write', [wrong], [right], []],
    ['has not where the second one alone says so: the next check asks again', [right], [wrong], []],
    ['is as recorded', [right], [right], []],
    ['is unclear where it is gone', [right], [], 'unclear'],
    ['is unclear where it leads to other target groups', [foreign], [foreign], 'unclear'],
  ])('%s', (_, first, second, strayed) => {
    expect(strayedIn(expected, [first, second], 1)).toEqual(strayed);
  });
});

const one = (isUnserved: boolean): Strayed => ({
  routing: wrong,
  pair: { blue: groupB, green: groupA },
  isUnserved,
  canBeHelped: isUnserved,
});
const rules = [`${rule} has ${JSON.stringify(wrong.weights)}`];
const changed = { type: 'WeightsChanged', rules };
const unserved = (restored: readonly string[]) => ({ type: 'UsersUnserved', rules, restored });
const toldOf = (type: string) => JSON.stringify([type, rules]);

describe('what is said of a rule that has strayed', () => {
  test.each<readonly [string, string | undefined, boolean, readonly string[], object]>([
    ['is that its weights changed', undefined, false, [], { outcome: 'changed', event: changed }],
    ['is nothing new the second time', toldOf('WeightsChanged'), false, [], { outcome: 'changed', event: undefined }],
    ['is that users are not served', undefined, true, [], { outcome: 'unserved', event: unserved([]) }],
    [
      'is that users are not served any more, where its change was told before',
      toldOf('WeightsChanged'),
      true,
      [],
      { outcome: 'unserved', event: unserved([]) },
    ],
    ['is nothing new while that lasts', toldOf('UsersUnserved'), true, [], { outcome: 'unserved', event: undefined }],
    [
      'is each time that it was put back',
      toldOf('UsersUnserved'),
      true,
      [rule],
      { outcome: 'restored', event: unserved([rule]) },
    ],
  ])('%s', (_, liveWeights, isUnserved, restored, decision) => {
    expect(decideStrayed({ liveWeights }, [one(isUnserved)], restored)).toEqual(decision);
  });
});
