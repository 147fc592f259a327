import { describe, expect, jest, test } from '@jest/globals';
import { digestOf, modelArns } from '../../model/model-world.ts';
import { type Crash, Effects } from './effects.ts';
import { type Left, runEmergency, situations } from './emergency-run.ts';

jest.setTimeout(600_000);

/** A crash costs a look, or the start of another execution and the look that follows. */
const lateSeconds = 60;
/** Crashes may come at effects that only another crash brings about; there are no more than this in one emergency. */
const mostEffects = 200;

/** Everything that has to hold once an emergency has ended, as sentences about what does not. */
function broken(left: Left, calm: Left): readonly string[] {
  const { record, events, rollouts } = left;
  const keys = events.flatMap((event) => ('key' in event && 'number' in event ? [`${event.type} ${event.key}`] : []));
  const count = (type: string) => events.filter((event) => event.type === type).length;
  const promises: readonly (readonly [boolean, string])[] = [
    [record.number === 1 && count('EmergencyBegan') === 1, 'there was more than one emergency'],
    [left.mostAtOnce <= 1, 'two executions of the emergency went on at once'],
    [record.standing === 'over' && record.ended?.outcome === 'served', 'it did not end with users served'],
    [count('EmergencyEnded') === 1, 'its end was not told once'],
    [new Set(keys).size === keys.length, 'something was told twice'],
    [left.pageRules === 0 && left.page === 'off', 'the maintenance page was left behind'],
    [
      left.weights[modelArns.groupA] === 100 && !left.weights[modelArns.groupB],
      'the last known good version does not serve',
    ],
    [
      record.attempts.length === 1 && record.attempts[0]?.digest === digestOf('a'),
      'not one version was brought back once',
    ],
    [new Set(rollouts).size === 1, 'two rollouts were started'],
    [left.lockedBy === undefined, 'the lock is held'],
    [count('IncidentOpened') === 1, 'not one incident was opened'],
    [
      left.seconds <= calm.seconds + lateSeconds,
      `both sides were off for ${left.seconds} s instead of ${calm.seconds} s`,
    ],
  ];
  return promises.flatMap(([holds, what]) => (holds ? [] : [what]));
}

describe.each(situations)('an emergency where %s', (situation) => {
  test('holds its promises with a crash before and after each effect', async () => {
    const whole = new Effects();
    const calm = await runEmergency(situation, whole);
    expect(broken(calm, calm)).toEqual([]);

    const found: string[] = [];
    const crashes: Crash[] = [];
    for (let effect = 1; effect <= mostEffects; effect += 1) {
      const atEach: Crash[] = [];
      for (const when of ['before', 'after'] as const)
        for (const stops of [false, true]) atEach.push({ effect, when, stops });
      let came = 0;
      for (const crash of atEach) {
        const effects = new Effects(crash);
        const left = await runEmergency(situation, effects);
        if (!effects.crashed) continue;
        came += 1;
        const where = `${effects.seen[effect - 1] ?? ''} (${effect}, ${crash.when}${crash.stops ? ', execution stopped' : ''})`;
        found.push(...broken(left, calm).map((what) => `${where}: ${what}`));
      }
      if (came === 0) break;
      crashes.push(...atEach);
    }
    expect(found).toEqual([]);
    // Every part of the emergency was crashed in.
    const states = new Set(whole.seen.map((seen) => seen.split(':')[0]));
    expect([...states].toSorted()).toEqual(
      expect.arrayContaining([
        'BringBackGood',
        'LookAtEmergency',
        'OrderEmergency',
        'PutPageUp',
        'RaiseCapacity',
        'TakePageDown',
      ]),
    );
    expect(crashes.length).toBeGreaterThanOrEqual(whole.seen.length * 4);
  });
});
