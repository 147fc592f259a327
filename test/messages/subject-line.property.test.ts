import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mailContent } from '../../lib/channels/mail/content.ts';
import { pagerDutyRequests } from '../../lib/channels/pagerduty/event.ts';
import { slackMessage } from '../../lib/channels/slack/blocks.ts';
import { headlineOf } from '../../lib/messages/for-people.ts';
import { unlinked } from '../../lib/messages/plain.ts';
import { transitionMessage } from '../../lib/messages/message.ts';
import { severityOf } from '../../lib/rollout/transition.ts';
import { after, at, eventTypes, samples } from '../rollout/sample-events.ts';

const announced = eventTypes.filter((type) => severityOf(type) !== undefined);
const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  fc.constantFrom('\u202Eevil\u202C', '\r\nBcc: x@example.com', '🎉'.repeat(60), '<!channel>', ' ', '…'),
);
const service = fc.oneof(fc.constantFrom('web', 's'.repeat(40)), hostile);
const stage = fc.oneof(fc.constantFrom('production', 'e'.repeat(40)), hostile);
const tag = fc.oneof(fc.constantFrom('413-b4dc0de', 't'.repeat(128)), hostile);

function messageOf(type: (typeof announced)[number], names: { service: string; stage: string; tag: string }) {
  const before = after();
  const state = { ...before, service: names.service, weight: 25, image: { ...before.image, tag: names.tag } };
  const recorded = { rolloutId: state.rolloutId, sequence: 2, at, event: samples[type] };
  return { state, message: transitionMessage(recorded, [], state, { stage: names.stage, region: 'eu-west-1' }) };
}

test('every subject has at most 70 characters and says whole what happened, whatever names are', () => {
  fc.assert(
    fc.property(fc.constantFrom(...announced), service, stage, tag, (type, ...[one, two, three]) => {
      const { state, message } = messageOf(type, { service: one, stage: two, tag: three });
      const { subject } = mailContent(message, false);

      expect(subject.length).toBeLessThanOrEqual(70);
      expect(subject.startsWith(`[${message.severity}] `)).toBe(true);
      expect(subject).toContain(`: ${headlineOf(type, state)}`);
      expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E]/u);
      expect(subject.isWellFormed()).toBe(true);
      expect(slackMessage(message).blocks[0]).toMatchObject({ type: 'header', text: { text: subject } });
      const titles = pagerDutyRequests(message).flatMap(({ body: { payload } }) => payload?.summary ?? []);
      expect(titles.filter((title) => title !== unlinked(subject))).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

test('a subject names severity, service, stage, what happened and the version', () => {
  const names = { service: 'web', stage: 'production', tag: '413-b4dc0de' };
  const { message } = messageOf('TrafficNotRestored', names);
  expect(mailContent(message, false).subject).toBe('[critical] web production: traffic stuck at 25 % on 413-b4dc0de');
});

test('the longest names leave enough of each', () => {
  const { message } = messageOf('TrafficNotRestored', {
    service: 'checkout-of-the-european-storefront-api',
    stage: 'production',
    tag: '4.13.0-b4dc0de-nightly-with-a-very-long-suffix',
  });
  const { subject } = mailContent(message, false);
  expect(subject).toBe('[critical] checkout-of… producti…: traffic stuck at 25 % on 4.13.0-b4…');
});
