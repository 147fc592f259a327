import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NotYet } from '../../../lib/checks/answers/verification.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { decideVerification, type VerifyFacts, whyTooEarly } from '../../../lib/usecases/green/decide-verification.ts';
import { modelArns } from '../../model/model-world.ts';
import { journeyTo } from '../journey.ts';
import { withHeader } from './answering-green.ts';

let state: RolloutState;
beforeAll(async () => {
  ({ state } = await (await journeyTo('ready', { spec: withHeader() })).stored());
});

const start = Date.parse('2026-03-01T10:00:00Z');
const after = (seconds: number) => new Date(start + seconds * 1000);
const began = after(0).toISOString();
const progress = { since: began, goodAt: began, sent: null, bad: 0 };
const event = { type: 'GreenVerified', proof: 'version' } as const;
const notYet = (more: Partial<NotYet> = {}): NotYet => ({ outcome: 'notYet', lacking: 'blue answered', ...more });
const decide = (facts: Partial<VerifyFacts>) =>
  decideVerification(state, {
    ...{ found: notYet(), progress, isNewRule: false, hasRequests: false, now: after(8) },
    ...facts,
  });

describe('an evaluation of green', () => {
  test('that proved it ends the verification, or is followed by the requests of the spec with all of their time', () => {
    const found = { outcome: 'verified', event } as const;

    expect(decide({ found })).toEqual({ outcome: 'verified', event });
    expect(
      decide({ found, hasRequests: true, progress: { ...progress, bad: 1, lacking: 'x' }, now: after(90) }),
    ).toEqual({
      outcome: 'askOn',
      event,
      progress: { since: after(90).toISOString(), goodAt: began, sent: null, bad: 0, lacking: undefined },
      waitSeconds: 1,
    });
  });

  test.each([
    ['soon again where the rule is new: a load balancer needs some 10 s', { isNewRule: true }, 1],
    ['later where the rule has been there', {}, 5],
    ['later where green itself answered badly', { isNewRule: true, found: notYet({ isGreens: true }) }, 5],
    ['when it says, in any case', { isNewRule: true, found: notYet({ waitSeconds: 60 }) }, 60],
  ])('that proved nothing is made %s', (_, facts, waitSeconds) => {
    expect(decide(facts)).toMatchObject({ outcome: 'wait', waitSeconds });
  });

  test('counts bad answers of green, and goes back at the second', () => {
    const found = notYet({ isGreens: true, lacking: 'status 500' });
    const first = decide({ found });

    expect(first).toMatchObject({ outcome: 'wait', progress: { bad: 1, lacking: 'status 500' } });
    expect(decide({ found, progress: { ...progress, bad: 1 } })).toEqual({
      outcome: 'rollBack',
      reason: 'Green did not answer well at status 500',
    });
  });

  test('goes back after a minute without a good answer, and when its time is over', () => {
    expect(decide({ now: after(60) })).toMatchObject({ outcome: 'wait' });
    expect(decide({ now: after(61) })).toMatchObject({ outcome: 'rollBack' });
    expect(decide({ now: after(601), found: notYet({ isGood: true }) })).toMatchObject({
      outcome: 'rollBack',
      reason: expect.stringContaining('Nothing proved within 600 s'),
    });
  });
});

describe('rules before green is verified', () => {
  const rule = (weights: Readonly<Record<string, number>>) =>
    ({ kind: 'rule', arn: modelArns.rule, listenerArn: modelArns.listener, actions: [], weights }) as const;
  const { groupA, groupB } = modelArns;

  test('may give all traffic to blue alone', () => {
    expect(whyTooEarly(state, [rule({ [groupA]: 100, [groupB]: 0 })])).toBeUndefined();
  });

  test.each([
    ['some of it to green', { [groupA]: 95, [groupB]: 5 }],
    ['some of it elsewhere', { [groupA]: 50, 'arn:other': 50 }],
  ])('that give %s end the verification', (_, weights) => {
    expect(whyTooEarly(state, [rule({ [groupA]: 100 }), rule(weights)])).toBe(
      `${modelArns.rule} was changed before green was verified: it has ${JSON.stringify(weights)}`,
    );
  });
});
