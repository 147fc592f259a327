import { describe, expect, test } from '@jest/globals';
import { audienceOf, routeFor } from '../../lib/messages/routing.ts';
import type { Subject } from '../../lib/messages/subject.ts';
import { everyChannel, settingsOf } from '../channels/inbox-channels.ts';

const at = '2026-03-01T10:00:00.000Z'; // a Sunday
const subject = (severity: Subject['severity'], rest: Partial<Subject> = {}): Subject => ({
  type:
    severity === 'critical' ? 'TrafficNotRestored' : severity === 'warning' ? 'RolloutDelayed' : 'BreakGlassReviewed',
  severity,
  at,
  stage: 'production',
  ...rest,
});
const heard = (settings: Readonly<Record<string, unknown>>, about: Subject) =>
  audienceOf(settingsOf({ channels: everyChannel, ...settings }), about).map(({ name }) => name);

describe('without a table', () => {
  test.each([
    ['critical', ['critical', 'pager', 'post', 'machine'], 300],
    ['warning', ['chat', 'hook', 'machine'], 1800],
    ['info', ['chat', 'hook', 'machine'], 3600],
  ] as const)('%s messages go to %j, and again after %s s', (severity, names, repeat) => {
    expect(heard({}, subject(severity))).toEqual(names);
    expect(routeFor(settingsOf({ channels: everyChannel }), subject(severity))?.repeat).toBe(repeat);
  });

  test('a critical message that none of them takes goes to the chats that are left', () => {
    expect(routeFor(settingsOf({ channels: everyChannel }), subject('critical'))?.fallback).toEqual(['chat', 'hook']);
  });

  test('a rollback is a warning: the other chats get it every 30 minutes, and PagerDuty', () => {
    const rollback = subject('warning', { type: 'RollbackRequested' });

    expect(heard({}, rollback)).toEqual(['chat', 'hook', 'pager', 'machine']);
    expect(routeFor(settingsOf({ channels: everyChannel }), rollback)?.repeat).toBe(1800);
  });

  test('a single chat hears everything', () => {
    const channels = everyChannel.filter(({ name }) => name === 'chat');

    for (const severity of ['critical', 'warning', 'info'] as const) {
      expect(heard({ channels }, subject(severity))).toEqual(['chat']);
    }
  });

  test('a Slack channel called #critical is the one for the critical', () => {
    const channels = [
      { name: 'a', type: 'slack', token: 'ssm:/sluice/chat', channel: '#critical' },
      { name: 'b', type: 'slack', token: 'ssm:/sluice/chat', channel: '#rollouts' },
    ];

    expect([heard({ channels }, subject('critical')), heard({ channels }, subject('info'))]).toEqual([['a'], ['b']]);
  });
});

describe('what goes as planned', () => {
  const planned = subject('info', { type: 'TrafficShifted' });

  test('is no message in a chat, a change for PagerDuty, and an event for a webhook', () => {
    expect(heard({}, planned)).toEqual(['pager', 'machine']);
  });

  test('is a message where a row names it, and none where a row takes it among others', () => {
    expect(heard({ routes: [{ events: ['TrafficShifted'], to: ['chat', 'hook'] }] }, planned)).toEqual([
      'chat',
      'hook',
    ]);
    expect(heard({ routes: [{ severity: ['info'], to: ['chat', 'hook'] }] }, planned)).toEqual([]);
    expect(heard({ routes: [{ to: ['chat', 'post'] }] }, planned)).toEqual(['post']);
  });
});

describe('a table', () => {
  const routes = [
    { severity: ['critical'], stages: ['production'], to: ['pager'], repeat: '5m', fallback: ['chat'] },
    { events: ['BreakGlassReviewed'], to: [] },
    { to: ['chat'], repeat: '1h' },
  ];

  test('counts by its first row that holds, by severity, stage and event', () => {
    expect(heard({ routes }, subject('critical'))).toEqual(['pager']);
    expect(heard({ routes }, subject('critical', { stage: 'staging' }))).toEqual(['chat']);
    expect(heard({ routes }, subject('info'))).toEqual([]);
    expect(heard({ routes }, subject('warning'))).toEqual(['chat']);
  });

  test('without a row that holds, nobody hears', () => {
    expect(heard({ routes: [{ severity: ['critical'], to: ['pager'] }] }, subject('warning'))).toEqual([]);
  });

  test('PagerDuty always gets what begins or ends a change', () => {
    for (const type of ['RolloutOpened', 'RolloutSucceeded', 'RolledBack', 'RolloutRejected'] as const) {
      expect(heard({ routes }, subject('info', { type }))).toContain('pager');
    }
    expect(heard({ routes: [{ to: ['chat'] }] }, subject('info', { type: 'RolledBack' }))).toEqual(['chat']);
  });
});

describe('muting', () => {
  test('silences what it names, until when it says', () => {
    const mute = [{ events: ['RolloutDelayed'], channels: ['chat'], until: '2026-03-01T10:00:01Z' }];

    expect(heard({ mute }, subject('warning'))).toEqual(['hook', 'machine']);
    expect(heard({ mute }, subject('warning', { at: '2026-03-01T10:00:01.000Z' }))).toContain('chat');
  });

  test('leaves critical messages loud unless it names them', () => {
    expect(heard({ mute: [{}] }, subject('critical'))).toHaveLength(4);
    expect(heard({ mute: [{}] }, subject('info'))).toEqual([]);
    expect(heard({ mute: [{ severity: ['critical'] }] }, subject('critical'))).toEqual([]);
  });
});

describe('a window of quiet hours', () => {
  const window = { days: ['sunday'], from: '02:00', to: '04:00', offset: '+08:00' };
  const sundays = (clock: string) => subject('warning', { at: `${clock}:00.000Z` });

  test.each([
    ['2026-02-28T17:59', 3],
    ['2026-02-28T18:00', 0],
    ['2026-02-28T19:59', 0],
    ['2026-02-28T20:00', 3],
    ['2026-03-01T18:30', 3],
  ])('of Sundays 02:00-04:00 at UTC+8: at %s UTC %s channels hear a warning', (clock, count) => {
    expect(heard({ quietHours: [window] }, sundays(clock))).toHaveLength(count);
  });

  test('counts under the former name of its key, beside those under the new one', () => {
    const about = (clock: string) =>
      heard({ maintenance: [window], quietHours: [{ from: '10:00', to: '11:00' }] }, sundays(clock));

    expect([about('2026-02-28T18:00'), about('2026-03-01T10:30')]).toEqual([[], []]);
    expect(about('2026-03-01T11:00')).toHaveLength(3);
  });

  test('does not silence what is critical unless it says so', () => {
    const about = subject('critical', { at: '2026-02-28T18:30:00.000Z' });

    expect(heard({ quietHours: [window] }, about)).toHaveLength(4);
    expect(heard({ quietHours: [{ ...window, silences: ['critical'] }] }, about)).toEqual([]);
  });

  test.each([
    ['2026-02-27T23:30', 0],
    ['2026-02-28T00:30', 0],
    ['2026-02-28T01:00', 3],
    ['2026-02-28T23:30', 3],
    ['2026-02-27T00:30', 3],
  ])('over midnight belongs to the day on which it begins: at %s %s hear', (clock, count) => {
    expect(heard({ quietHours: [{ days: ['friday'], from: '23:00', to: '01:00' }] }, sundays(clock))).toHaveLength(
      count,
    );
  });
});
