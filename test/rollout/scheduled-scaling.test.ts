import { describe, expect, test } from '@jest/globals';
import { lackingActions, mayAct, putActionCommand } from '../../lib/rollout/scheduled-scaling.ts';

const morning = { name: 'morning', schedule: 'cron(0 7 * * ? *)', timezone: 'Europe/Berlin', min: 10 } as const;
const from = new Date('2026-03-01T10:00:00Z');
const until = new Date('2026-03-02T10:00:00Z');

describe('scheduled actions of two slots', () => {
  test.each([
    ['the same under another name', [{ ...morning, name: 'early' }], []],
    ['none', [], ['morning']],
    ['another limit', [{ ...morning, min: 2 }], ['morning']],
    ['another hour', [{ ...morning, schedule: 'cron(0 8 * * ? *)' }], ['morning']],
    ['another time zone', [{ ...morning, timezone: undefined }], ['morning']],
  ])('are compared by what they do: %s', (_, other, lacking) => {
    expect(lackingActions([morning], other).map(({ name }) => name)).toEqual(lacking);
  });
});

describe('an action may act between two times', () => {
  test.each([
    ['cron(0 7 * * ? *)', {}, true],
    ['rate(1 day)', {}, true],
    ['rate(1 day)', { end: '2026-02-01T00:00:00Z' }, false],
    ['rate(1 day)', { start: '2026-04-01T00:00:00Z' }, false],
    ['at(2026-03-01T12:00:00)', {}, true],
    ['at(2026-03-01T09:00:00)', {}, false],
    ['at(2026-03-03T00:00:00)', {}, false],
    ['at(2026-03-02T18:00:00)', { timezone: 'Asia/Tokyo' }, true],
    ['at(2026-03-04T18:00:00)', { timezone: 'Asia/Tokyo' }, false],
    ['at(soon)', {}, true],
  ])('%s %j: %s', (schedule, rest, acts) => {
    expect(mayAct({ name: 'x', schedule, ...rest }, from, until)).toBe(acts);
  });
});

test('the command gives the other service the same action', () => {
  expect(putActionCommand({ ...morning, name: "it's morning", max: 20 }, 'main', 'web-b')).toBe(
    String.raw`aws application-autoscaling put-scheduled-action --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id service/main/web-b --scheduled-action-name 'it'\''s morning' --schedule 'cron(0 7 * * ? *)' --timezone Europe/Berlin --scalable-target-action MinCapacity=10,MaxCapacity=20`,
  );
});
