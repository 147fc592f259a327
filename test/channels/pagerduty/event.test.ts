import { describe, expect, test } from '@jest/globals';
import { escalationMessage, type Message, transitionMessage } from '../../../lib/messages/message.ts';
import { pagerDutyRequests } from '../../../lib/channels/pagerduty/event.ts';
import type { EventType, RolloutEvent } from '../../../lib/rollout/events.ts';
import type { Need, NeedChange } from '../../../lib/rollout/needs.ts';
import { severityOf } from '../../../lib/rollout/transition.ts';
import { after, at, eventTypes, samples } from '../../rollout/sample-events.ts';

const around = { stage: 'test', region: 'eu-west-1' };

const state = after();
const record = (event: RolloutEvent, change?: NeedChange) =>
  transitionMessage({ rolloutId: state.rolloutId, sequence: 2, at, event }, [], state, around, change);
const needOf = (type: EventType): Need => ({ type, at, severity: 'critical', announced: [{ sequence: 1, at }] });
const said = (message: Message, changes: 'all' | 'ends' = 'all') =>
  pagerDutyRequests(message, { changes, isChangeAlone: false }).map(({ path, body }) =>
    'event_action' in body ? `${body.event_action} ${body.dedup_key}` : path,
  );
const key = (need: string) => `sluice/test/${state.rolloutId}/${need}`;
const change = '/v2/change/enqueue';
const ofVersion010 = `resolve sluice/test/${state.rolloutId}`;

describe('PagerDuty', () => {
  test('hears of each shift, hold and rollback as a change, unless it asks for the ends alone', () => {
    const between = ['ApprovalGranted', 'TrafficShifted', 'BakeHeld', 'RollbackRequested', 'RolloutPaused'] as const;
    for (const type of between) {
      expect(said(record(samples[type])).at(-1)).toBe(change);
      expect(said(record(samples[type]), 'ends')).not.toContain(change);
    }
    for (const type of ['RolloutOpened', 'RolledBack'] as const) {
      expect(said(record(samples[type]), 'ends').at(-1)).toBe(change);
    }
  });

  test('opens no alert for a change that no row sends there', () => {
    const requests = pagerDutyRequests(record(samples.RollbackRequested), { changes: 'all', isChangeAlone: true });
    expect(requests.map(({ path }) => path)).toEqual([change]);
  });

  test('hears of start and end as changes, of what needs a person as an alert with a key of its own, and of nothing else', () => {
    const heard = Object.fromEntries(
      eventTypes
        .filter((type) => severityOf(type) !== undefined)
        .map((type) => [type, said(record(samples[type]), 'ends')] as const)
        .filter(([, list]) => list.length > 0),
    );

    const needs = [
      'DecisionRequested',
      'TaskDecisionRequested',
      'RollbackRequested',
      ...eventTypes.filter((one) => severityOf(one) === 'critical'),
    ];
    expect(heard).toEqual({
      RolloutOpened: [change],
      RolloutRejected: [ofVersion010, change],
      RolloutSucceeded: [ofVersion010, change],
      RolledBack: [ofVersion010, change],
      RollbackClosed: [ofVersion010, change],
      ...Object.fromEntries(needs.map((type) => [type, [`trigger ${key(type)}`]])),
    });
  });

  test('a rollback is a warning, an emergency in it is critical', () => {
    const severities = (['RollbackRequested', 'TrafficNotRestored'] as const).map((type) => {
      const [request] = pagerDutyRequests(record(samples[type]));
      return request?.path === '/v2/enqueue' ? request.body.payload?.severity : undefined;
    });

    expect(severities).toEqual(['warning', 'critical']);
  });

  test('resolves what ends with an event, and acknowledges what is taken with it', () => {
    const ended = [needOf('TrafficNotRestored'), needOf('RestorationHeld')];
    const taken = [needOf('RollbackRequested')];

    expect(said(record(samples.TrafficRestored, { ended, taken: [] }), 'ends')).toEqual([
      `resolve ${key('TrafficNotRestored')}`,
      `resolve ${key('RestorationHeld')}`,
    ]);
    expect(said(record(samples.AlertTaken, { ended: [], taken }))).toEqual([`acknowledge ${key('RollbackRequested')}`]);
  });

  test('an escalation of what is over opens no alert', () => {
    const message = record(samples.TrafficNotRestored);
    const end = { rolloutId: state.rolloutId, sequence: 3, at, event: samples.TrafficRestored };

    expect(said(escalationMessage(message))).toEqual([`trigger ${key('TrafficNotRestored')}`]);
    expect(said(escalationMessage(message, end))).toEqual([`resolve ${key('TrafficNotRestored')}`]);
  });

  test('no key is longer than the 255 characters that PagerDuty takes', () => {
    const rolloutId = `${'w'.repeat(32)}-20260301-110000-abcdef-retry-12`;
    const long = { ...after(), rolloutId };
    const keys = eventTypes.flatMap((type) => {
      const message = transitionMessage({ rolloutId, sequence: 2, at, event: samples[type] }, [], long, {
        stage: 's'.repeat(60),
        region: 'eu-west-1',
      });
      return pagerDutyRequests(message).flatMap(({ body }) => ('dedup_key' in body ? [body.dedup_key] : []));
    });

    expect(keys.length).toBeGreaterThan(10);
    expect(Math.max(...keys.map(({ length }) => length))).toBeLessThanOrEqual(255);
  });
});
