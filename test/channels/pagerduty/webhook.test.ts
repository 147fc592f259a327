import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { incidentEventOf } from '../../../lib/channels/pagerduty/incident-event.ts';
import { isFromPagerDuty, pagerDutySignature } from '../../../lib/channels/pagerduty/signature.ts';
import { pagerDutyHandler } from '../../../lib/runtime/pager-duty-handler.ts';
import { hearAlert } from '../../../lib/usecases/people/hear-alert.ts';
import { notifiedOf } from '../../../lib/view/people-view.ts';
import { incidentWebhook, type IncidentDeed, type WebhookRequest } from '../../../local/inbox/incident-webhook.ts';
import { Desk, emergency, goingBack } from '../../usecases/notifying/desk.ts';

const rolloutId = 'web-20260301-100000-abcdef';
const key = `sluice/test/${rolloutId}/TrafficNotRestored`;
const secret = 'the secret of the subscription';

/** A rollout in an emergency, and the door that webhooks of PagerDuty come through. */
class Door {
  readonly desk = new Desk();
  reads = 0;
  readonly #handler = pagerDutyHandler(
    {
      stage: 'test',
      webhookSecret: () => {
        this.reads += 1;
        return Promise.resolve(secret);
      },
    },
    (said) => hearAlert(said, this.desk.world),
  );

  async open(): Promise<void> {
    await this.desk.open();
    await this.desk.tell(goingBack, emergency);
    await this.desk.pump();
  }

  async send({ body, headers }: WebhookRequest): Promise<number> {
    // Middleware asks nothing of the context but the names of function and request.
    const answer = await this.#handler({ headers, body, isBase64Encoded: false }, { awsRequestId: 'r' } as Context);
    return answer.statusCode;
  }

  deed(change: IncidentDeed['change'], rest: Partial<IncidentDeed> = {}): IncidentDeed {
    return { change, key, person: 'Ana', at: this.desk.now + 1000, ...rest };
  }

  async does(change: IncidentDeed['change'], rest: Partial<IncidentDeed> = {}, secrets = [secret]): Promise<number> {
    return this.send(incidentWebhook(this.deed(change, rest), secrets));
  }

  async record(): Promise<readonly string[]> {
    return (await this.desk.store.events(rolloutId, 0)).map(({ event: { type } }) => type);
  }

  async openNeeds() {
    const stored = await this.desk.store.load(rolloutId);
    if (stored === undefined) throw new Error('no rollout');
    return notifiedOf(stored.state, [], 0).open.map(({ type, takenBy }) => [type, takenBy]);
  }
}

let door: Door;
beforeEach(async () => {
  door = new Door();
  await door.open();
});

const before = ['RolloutOpened', 'RollbackRequested', 'TrafficNotRestored'];

describe('who acknowledges an incident in PagerDuty', () => {
  test('has taken its need, and no other one: the record, status, watch and the page say who and where', async () => {
    expect(await door.does('acknowledged')).toBe(200);

    expect(await door.openNeeds()).toEqual([
      ['RollbackRequested', undefined],
      ['TrafficNotRestored', 'Ana (in PagerDuty)'],
    ]);
    expect((await door.desk.store.events(rolloutId, 3))[0]?.event).toMatchObject({
      type: 'AlertAcknowledged',
      need: 'TrafficNotRestored',
      by: 'Ana',
      page: 'https://sample.pagerduty.com/incidents/PINCIDENT',
    });
  });

  test('is told to the channels that were called for it', async () => {
    await door.does('acknowledged');
    await door.desk.pump();

    expect(door.desk.posts('C0CRITICAL').at(-1)?.words).toContain(
      'Ana acknowledged "traffic not restored" in PagerDuty.',
    );
  });

  test('takes nothing from who took it in Sluice, which stays theirs when the acknowledgement ends', async () => {
    await door.desk.tell({ type: 'AlertTaken', by: 'ada' });
    await door.does('acknowledged');
    await door.does('unacknowledged', { at: door.desk.now + 2000 });

    expect(await door.openNeeds()).toContainEqual(['TrafficNotRestored', 'ada']);
  });

  test('may lose it: PagerDuty says that the acknowledgement ended, and it is nobody’s again', async () => {
    await door.does('acknowledged');
    expect(await door.does('unacknowledged', { at: door.desk.now + 2000, person: undefined })).toBe(200);

    expect(await door.openNeeds()).toContainEqual(['TrafficNotRestored', undefined]);
    expect((await door.record()).at(-1)).toBe('AlertUnacknowledged');
  });
});

describe('an acknowledgement that ended before it was heard', () => {
  test('takes nothing when it comes at last; the next one does', async () => {
    const late = incidentWebhook(door.deed('acknowledged'), [secret], 'first');
    await door.does('unacknowledged', { at: door.desk.now + 2000 });
    expect((await door.desk.store.events(rolloutId, 3))[0]?.event).toMatchObject({
      ...{ type: 'AlertUnacknowledged', untaken: true },
    });
    expect(await door.send(late)).toBe(200);

    expect(await door.record()).toEqual([...before, 'AlertUnacknowledged']);
    expect(await door.openNeeds()).toContainEqual(['TrafficNotRestored', undefined]);
    await door.send(incidentWebhook(door.deed('acknowledged', { at: door.desk.now + 3000 }), [secret], 'second'));
    expect(await door.openNeeds()).toContainEqual(['TrafficNotRestored', 'Ana (in PagerDuty)']);
  });
});

describe('who resolves an incident in PagerDuty', () => {
  test('has taken its need, which is still open', async () => {
    await door.does('resolved');

    expect(await door.openNeeds()).toContainEqual(['TrafficNotRestored', 'Ana (resolved in PagerDuty)']);
  });

  test('is not PagerDuty by itself: that is recorded, and reminders go on', async () => {
    await door.does('resolved', { person: undefined });

    expect(await door.openNeeds()).toContainEqual(['TrafficNotRestored', undefined]);
    expect((await door.record()).at(-1)).toBe('AlertResolved');
  });
});

describe('a webhook changes nothing', () => {
  const ignored: readonly (readonly [string, (one: Door) => Promise<number>])[] = [
    ['for the acknowledgement of an integration', (one) => one.does('acknowledged', { person: undefined })],
    ['for an incident of anybody else', (one) => one.does('acknowledged', { key: 'd3640fbd41094207a1c11e58e46b1662' })],
    ['without a key', (one) => one.does('acknowledged', { key: '' })],
    ['for another stage', (one) => one.does('acknowledged', { key: key.replace('/test/', '/production/') })],
    ['for a key of version 0.1.0', (one) => one.does('acknowledged', { key: `sluice/test/${rolloutId}` })],
    ['for a rollout that is not there', (one) => one.does('acknowledged', { key: 'sluice/test/web-1/BakeHeld' })],
    [
      'for a need that is not open',
      (one) => one.does('acknowledged', { key: `sluice/test/${rolloutId}/BlueNotHealthy` }),
    ],
    ['for an alert before this one', (one) => one.does('acknowledged', { at: one.desk.now - 1 })],
  ];

  test.each(ignored)('%s', async (_, send) => {
    expect(await send(door)).toBe(200);
    expect(await door.record()).toEqual(before);
  });

  test('the second time, nor late, nor once its need is over', async () => {
    const acknowledged = incidentWebhook(door.deed('acknowledged'), [secret]);
    const gone = incidentWebhook(door.deed('unacknowledged', { at: door.desk.now + 2000 }), [secret]);
    await door.send(acknowledged);
    await door.send(acknowledged);
    expect(await door.record()).toEqual([...before, 'AlertAcknowledged']);

    await door.send(gone);
    // A copy of what was true before must not take it again.
    await door.send(acknowledged);
    await door.send(incidentWebhook(door.deed('acknowledged'), [secret], 'another id'));
    expect(await door.openNeeds()).toContainEqual(['TrafficNotRestored', undefined]);

    await door.desk.tell({ type: 'TrafficRestored', rules: 1 });
    await door.does('acknowledged', { at: door.desk.now + 5000 });
    expect((await door.record()).at(-1)).toBe('TrafficRestored');
  });

  test('for events that nothing follows from, and the test of a subscription', async () => {
    for (const type of ['incident.escalated', 'incident.annotated', 'pagey.ping']) {
      const body = JSON.stringify({ event: { id: 'x', event_type: type, data: { message: 'Hello' } } });
      const headers = { 'X-PagerDuty-Signature': pagerDutySignature(secret, Buffer.from(body)) };
      expect(await door.send({ body, headers })).toBe(200);
    }
    expect(await door.record()).toEqual(before);
  });

  test('in a form that is not known: it is answered with 400, so that PagerDuty shows it', async () => {
    for (const body of ['{', '[]', '{"event":{"event_type":"incident.resolved","id":"x"}}']) {
      const headers = { 'x-pagerduty-signature': pagerDutySignature(secret, Buffer.from(body)) };
      expect(await door.send({ body, headers })).toBe(400);
    }
    expect(await door.record()).toEqual(before);
  });
});

describe('the signature', () => {
  test('is HMAC-SHA256 of the body under the secret of the subscription', () => {
    const expected = createHmac('sha256', 'k').update('{"a":1}').digest('hex');

    expect(pagerDutySignature('k', Buffer.from('{"a":1}'))).toBe(`v1=${expected}`);
  });

  test('is one of several while a secret is exchanged', async () => {
    expect(await door.does('acknowledged', {}, ['the next secret', secret])).toBe(200);
    expect((await door.record()).at(-1)).toBe('AlertAcknowledged');
  });

  test('of another secret, another body or another form is refused', async () => {
    const good = incidentWebhook(door.deed('acknowledged'), [secret]);
    const signature = good.headers['x-pagerduty-signature'] ?? '';
    const forged: readonly WebhookRequest[] = [
      incidentWebhook(door.deed('acknowledged'), ['another secret']),
      { ...good, body: good.body.replace('Ana', 'Eve') },
      { ...good, body: `${good.body} ` },
      ...['', 'v1=', signature.slice(3), signature.toUpperCase(), signature.replace('v1', 'v0'), `${signature}0`].map(
        (one) => ({ ...good, headers: { 'x-pagerduty-signature': one } }),
      ),
      { ...good, headers: {} },
    ];
    for (const request of forged) expect(await door.send(request)).toBe(401);
    expect(await door.record()).toEqual(before);
  });

  test('is refused whichever of its digits is another', () => {
    const body = Buffer.from('body');
    const good = pagerDutySignature(secret, body);
    fc.assert(
      fc.property(fc.integer({ min: 3, max: good.length - 1 }), (index) => {
        const other = good[index] === '0' ? '1' : '0';
        expect(isFromPagerDuty(`${good.slice(0, index)}${other}${good.slice(index + 1)}`, body, secret)).toBe(false);
      }),
    );
    expect(isFromPagerDuty(good, body, secret)).toBe(true);
    expect(isFromPagerDuty(pagerDutySignature('', body), body, '')).toBe(false);
  });

  test('costs no look at the secret where there is none of its form, or too much was sent', async () => {
    await door.send({ body: '{}', headers: { 'x-pagerduty-signature': 'v1=0' } });
    await door.send({ body: '{}', headers: {} });
    const long = 'x'.repeat(500_001);
    const headers = { 'x-pagerduty-signature': pagerDutySignature(secret, Buffer.from(long)) };
    expect(await door.send({ body: long, headers })).toBe(413);
    expect(door.reads).toBe(0);
  });

  test('is not looked at where the stage names no secret: nobody is let in', async () => {
    const closed = pagerDutyHandler({ stage: 'test', webhookSecret: undefined }, (said) =>
      hearAlert(said, door.desk.world),
    );
    const { body, headers } = incidentWebhook(door.deed('acknowledged'), [secret]);

    const answer = await closed({ headers, body }, { awsRequestId: 'r' } as Context);
    expect(answer.statusCode).toBe(404);
    expect(await door.record()).toEqual(before);
  });
});

test('what users wrote in PagerDuty is cut, and a link to anywhere but a page is left out', () => {
  const said = incidentWebhook({ change: 'resolved', key, person: 'x'.repeat(5000), at: 0 }, [secret]).body;

  expect(incidentEventOf(said, 'test')?.person).toHaveLength(100);
  expect(
    incidentEventOf(said.replace('https://sample.pagerduty.com/incidents/', 'javascript:'), 'test')?.page,
  ).toBeUndefined();
});
