import { describe, expect, test } from '@jest/globals';
import { transitionMessage } from '../../lib/notification/message.ts';
import { pagerDutyRequests } from '../../lib/notification/pagerduty-event.ts';
import { severityOf } from '../../lib/rollout/transition.ts';
import { after, at, eventTypes, samples } from '../rollout/sample-events.ts';

const around = { stage: 'test', region: 'eu-west-1' };

function requests(type: (typeof eventTypes)[number], isOver: boolean) {
  const state = after();
  const message = transitionMessage(
    { rolloutId: state.rolloutId, sequence: 2, at, event: samples[type] },
    [],
    state,
    around,
  );
  return pagerDutyRequests(message, isOver).map(({ path, body }) =>
    'event_action' in body ? body.event_action : path,
  );
}

const change = '/v2/change/enqueue';

describe('PagerDuty', () => {
  test('hears of start and end as changes, wakes somebody for what is critical or asks for a decision, and of nothing else', () => {
    const heard = Object.fromEntries(
      eventTypes
        .filter((type) => severityOf(type) !== undefined)
        .map((type) => [type, requests(type, false)] as const)
        .filter(([, list]) => list.length > 0),
    );

    expect(heard).toEqual({
      RolloutOpened: [change],
      RolloutRejected: [change],
      RolloutSucceeded: [change],
      RolledBack: [change],
      AlertTaken: ['acknowledge'],
      DecisionRequested: ['trigger'],
      ...Object.fromEntries(
        eventTypes.filter((type) => severityOf(type) === 'critical').map((type) => [type, ['trigger']]),
      ),
    });
  });

  test('resolves before it tells of the end, once nothing is open', () => {
    expect(requests('RolledBack', true)).toEqual(['resolve', change]);
    expect(requests('BlueVerified', true)).toEqual(['resolve']);
    expect(requests('BlueVerified', false)).toEqual([]);
  });

  test('one alert a rollout and stage: everything about it has the same key', () => {
    const state = after();
    const bodies = eventTypes.flatMap((type) => {
      const recorded = { rolloutId: state.rolloutId, sequence: 2, at, event: samples[type] };
      return pagerDutyRequests(transitionMessage(recorded, [], state, around), true).map(({ body }) => body);
    });
    const keys = bodies.flatMap((body) => ('dedup_key' in body ? [body.dedup_key] : []));

    expect(keys.length).toBeGreaterThan(5);
    expect(new Set(keys)).toEqual(new Set([`sluice/test/${state.rolloutId}`]));
  });
});
