import { describe, expect, test } from '@jest/globals';
import type { EmergencyRecord } from '../../../lib/ports/emergencies.ts';
import { decideEmergency, type EmergencySight } from '../../../lib/usecases/emergency/decide-emergency.ts';

const since = '2026-03-01T10:00:00.000Z';
const at = (seconds: number) => new Date(Date.parse(since) + seconds * 1000);
const record: EmergencyRecord = {
  standing: 'wanted',
  number: 1,
  by: 'Ana',
  how: 'command',
  reason: 'nothing serves',
  since,
  until: at(3600).toISOString(),
  parts: ['capacity', 'lastKnownGood', 'maintenance'],
  toldIn: 'web-1',
  attempts: [],
  reminded: 0,
};
const down = { healthy: 0, unhealthy: 2, total: 2 };
const well = { healthy: 2, unhealthy: 0, total: 2 };
const half = { healthy: 1, unhealthy: 1, total: 2 };
const sight: EmergencySight = {
  ...{ groups: [down], usualTasks: 2, attempt: 'none', isPageUp: false, now: at(5), waitSeconds: 60 },
};
const next = (changes: Partial<EmergencyRecord>, seen: Partial<EmergencySight> = {}) =>
  decideEmergency({ ...record, ...changes }, { ...sight, ...seen }).next;

const pageAt = at(1).toISOString();
const capacityAt = at(2).toISOString();
const failed = { digest: 'sha256:a', execution: 'one', at: at(70).toISOString(), outcome: 'failed' } as const;

describe('the next part of an emergency', () => {
  test('the page comes first, then capacity, then the last known good version', () => {
    expect(next({})).toBe('page');
    expect(next({ pageAt })).toBe('capacity');
    expect(next({ pageAt, capacityAt })).toBe('wait');
    expect(next({ pageAt, capacityAt }, { now: at(61) })).toBe('wait');
    expect(next({ pageAt, capacityAt }, { now: at(63) })).toBe('lastKnownGood');
  });

  test('each part runs alone', () => {
    expect(next({ parts: ['lastKnownGood'] })).toBe('lastKnownGood');
    expect(next({ parts: ['capacity'], capacityAt }, { now: at(600) })).toBe('wait');
    expect(next({ parts: ['maintenance'], pageAt }, { now: at(600) })).toBe('wait');
    expect(next({ parts: ['capacity'] })).toBe('capacity');
  });

  test('a version that failed is followed at once, one that succeeded and went down has as long as new tasks', () => {
    const now = at(100);
    expect(next({ pageAt, capacityAt, attempts: [failed] }, { attempt: 'failed', now })).toBe('lastKnownGood');
    const succeeded = { ...failed, outcome: 'succeeded', endedAt: at(90).toISOString() } as const;
    expect(next({ pageAt, capacityAt, attempts: [succeeded] }, { attempt: 'succeeded', now })).toBe('wait');
    expect(next({ pageAt, capacityAt, attempts: [succeeded] }, { attempt: 'succeeded', now: at(151) })).toBe(
      'lastKnownGood',
    );
    expect(next({ pageAt, capacityAt, attempts: [failed] }, { attempt: 'running', now })).toBe('wait');
    expect(next({ pageAt, capacityAt, attempts: [failed] }, { attempt: 'notStarted', now })).toBe('lastKnownGood');
    expect(next({ pageAt, capacityAt, exhausted: 'none is left' }, { now })).toBe('wait');
  });

  test('no version is brought back while some users are served, or nobody knows', () => {
    const now = at(600);
    expect(next({ pageAt, capacityAt }, { groups: [half], now })).toBe('wait');
    expect(next({ pageAt, capacityAt }, { groups: [half, down], now })).toBe('wait');
    expect(next({}, { groups: [half, down], now })).toBe('capacity');
    expect(next({ pageAt, capacityAt }, { groups: [down, down], now })).toBe('lastKnownGood');
    expect(next({ pageAt, capacityAt }, { groups: [], now })).toBe('wait');
    expect(next({}, { groups: undefined, now })).toBe('wait');
    expect(next({ pageAt }, { groups: [half], now })).toBe('capacity');
  });

  test('it ends once users were served for a while, the page first', () => {
    const healthySince = at(80).toISOString();
    expect(next({}, { groups: [well] })).toBe('wait');
    expect(next({ healthySince }, { groups: [well], now: at(99) })).toBe('wait');
    expect(next({ healthySince }, { groups: [well], now: at(100), attempt: 'running' })).toBe('wait');
    expect(next({ healthySince }, { groups: [well], now: at(100), isPageUp: true })).toBe('pageDown');
    const decided = decideEmergency({ ...record, healthySince }, { ...sight, groups: [well], now: at(100) });
    expect(decided).toMatchObject({ next: 'end', outcome: 'served' });
    expect(decideEmergency({ ...record, healthySince }, sight).healthySince).toBeUndefined();
    expect(next({ healthySince }, { groups: [], now: at(100) })).not.toBe('end');
  });

  test('the page stays while one of ten tasks is there, and comes down where one of ten stays sick', () => {
    const healthySince = at(80).toISOString();
    const one = { healthy: 1, unhealthy: 0, total: 1 };
    const seen = (group: typeof one, seconds: number, isPageUp = false) => ({
      ...{ groups: [group], usualTasks: 10, now: at(seconds), isPageUp },
    });
    expect(next({ healthySince, pageAt, capacityAt }, seen(one, 100, true))).toBe('wait');
    const nine = { healthy: 9, unhealthy: 1, total: 10 };
    expect(next({ healthySince, pageAt, capacityAt }, seen(nine, 100, true))).toBe('pageDown');
    expect(next({ healthySince, pageAt, capacityAt }, seen(nine, 100))).toBe('wait');
    expect(next({ healthySince, pageAt, capacityAt }, seen(nine, 380))).toBe('end');
    const starting = { healthy: 5, unhealthy: 0, total: 10 };
    expect(next({ healthySince, pageAt, capacityAt }, seen(starting, 100, true))).toBe('wait');
  });

  test('a part that cannot be done for a minute is given up, and the next one begins', () => {
    const askedAt = { page: at(5).toISOString(), capacity: at(66).toISOString() };
    expect(next({ askedAt }, { now: at(60) })).toBe('page');
    expect(next({ askedAt }, { now: at(66) })).toBe('capacity');
    expect(next({ askedAt }, { now: at(130) })).toBe('lastKnownGood');
  });
});
