import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { transitionMessage, statusOf } from '../../lib/messages/message.ts';
import { mailContent } from '../../lib/channels/mail/content.ts';
import { pagerDutyRequests } from '../../lib/channels/pagerduty/event.ts';
import { slackMessage, slackStatus } from '../../lib/channels/slack/blocks.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import type { RecordedJudgement } from '../../lib/rollout/event-shapes.ts';
import { evolve, openedState } from '../../lib/rollout/state.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { everyChannel, inboxChannels, settingsOf } from '../channels/inbox-channels.ts';

const fragments = [
  '<!channel>',
  '<!here|here>',
  '<!subteam^S123>',
  '<@U012AB3CD>',
  '<#C012AB3CD|general>',
  '<https://evil.example|Approve>',
  '<!date^1392734382^{date}^https://evil.example|x>',
  '*bold* _it_ ~no~ `code` ```block```',
  ':rotating_light:',
  '&lt;!channel&gt;',
  '[Approve](https://evil.example)',
  '</td></tr></table><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><a href="https://evil.example">x</a>',
  "' onmouseover='x",
  '\r\nBcc: everybody@example.com\r\n\r\n',
  '\nSubject: other',
  'see https://evil.example/approve',
  'see HTTP://EVIL.EXAMPLE',
  'www.evil.example',
  'evil.example/approve?x=1',
  'to mailto:evil@evil.example',
  '\u2028\u2029\u0085',
  '\u202Eevil\u202C',
  '\u200B\uFEFF',
  '\u0000\u001B[31m',
  '\uD800',
  'javascript:alert(1)',
  '{"routing_key":"x"}',
  '%0d%0aX-Evil: 1',
  'ﬁ¼ÀÉ漢字🎉',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'binary', maxLength: 20 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join(''))
  .chain((text) => fc.constantFrom(text, text.repeat(400)));

const at = '2026-03-01T11:00:00.000Z';
const settings = settingsOf({ channels: everyChannel });

/** A rollout in which everything that anybody may write was written by somebody hostile. */
function hostileStory(text: string): readonly RolloutEvent[] {
  const decider = { by: text, how: 'slack', reason: text } as const;
  return [
    {
      type: 'RolloutRejected',
      reason: text,
      results: [{ name: text, passed: false, saw: text, expected: text }],
      by: text,
    },
    { type: 'ForeignChange', changes: [{ what: text, expected: text, found: text }], who: text, until: at },
    { type: 'RollbackRequested', ...decider, gate: text },
    { type: 'BakeHeld', step: 0, reason: text, until: at },
    { type: 'DecisionRequested', step: 0, reason: text, asked: [text], until: at },
    { type: 'Approved', ...decider, roles: [text] },
    { type: 'RolloutPaused', ...decider },
    { type: 'EvidenceCaptured', location: text },
    { type: 'TrafficNotRestored', attempt: 1, reason: text, rules: [text, text], command: text },
    { type: 'AlertTaken', by: text, note: text },
  ];
}

const gates = (reason: string): readonly RecordedJudgement[] => [
  { gate: reason, outcome: 'fail', green: 0.062, blue: 0.001, requests: 900, pass: 0.01, abort: 0.05, reason },
];

function storyMessages(text: string) {
  const opened = openedEvent();
  const image = { ...opened.image, tag: text };
  const start = openedState('web-20260301-110000-abcdef', at, { ...opened, image, requestedBy: text });
  return hostileStory(text).map((event, index) => {
    const state = { ...evolve(start, { type: 'AlertTaken', by: text }, at), reason: text };
    const recorded = { rolloutId: state.rolloutId, sequence: index + 2, at, event };
    const around = {
      stage: 'test',
      region: 'eu-west-1',
      linksFor: () => [
        { text, url: 'https://sluice.example/decide/x' },
        { text, url: text },
      ],
    };
    return {
      state,
      message: transitionMessage(recorded, [gates(text), gates(text)], state, around),
      status: statusOf(state, around),
    };
  });
}

/** All strings of a value that Slack, and only Slack, would read as markup. */
function markup(blocks: readonly unknown[]): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Reflect.get(value, 'type') === 'mrkdwn') found.push(String(Reflect.get(value, 'text')));
    for (const child of Object.values(value)) walk(child);
  };
  walk(blocks);
  return found;
}

const ownLink =
  /^<https:\/\/(?:[a-z0-9.-]+\.amazonaws\.com|[a-z0-9-]+\.console\.aws\.amazon\.com|sluice\.example)\/[^<>|\s]*\|[^<>|]*>$/;

describe('nothing that users write', () => {
  test('is markup, a mention or a link in Slack', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const { message, status } of storyMessages(text)) {
          for (const { text: fallback, blocks, attachments } of [slackMessage(message), slackStatus(status)]) {
            expect(fallback).not.toMatch(/[<>]/);
            const lines = markup([blocks, attachments]).flatMap((one) => one.split('\n'));
            expect(lines.length).toBeGreaterThan(0);
            for (const line of lines) expect(line).toMatch(ownLink);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is refused by a vendor, reaches a header, or becomes a tag: every channel takes every message', async () => {
    const { inbox, notifier } = inboxChannels(() => Date.parse(at));
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        for (const { message, status } of storyMessages(text)) {
          for (const channel of [undefined, ...settings.channels]) {
            await notifier.send({
              channel,
              message,
              status,
              anchor: undefined,
              uncertainSince: undefined,
              remember: () => Promise.resolve(),
            });
          }
        }
      }),
      { numRuns: 12 },
    );
    const mails = inbox.received.all().filter(({ vendor }) => vendor === 'mail');
    expect(mails.length).toBeGreaterThan(100);
    for (const { content } of mails) {
      const { Headers, Body, Subject } = mailOf(content);
      expect(Headers.map(({ Name }) => Name)).toEqual([
        'References',
        'X-Sluice-Rollout',
        'X-Sluice-Message',
        'X-Sluice-Trace',
        'Auto-Submitted',
      ]);
      expect(Subject.Data).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E]/u);
      const own = / href="https:[^"<>]*"|;border-left:4px solid #[0-9a-f]{6};padding-left:8px(?=")/;
      const tags = (Body.Html.Data.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(own, ''));
      expect(tags.filter((tag) => !ownTags.has(tag))).toEqual([]);
    }
  });

  test('is clickable in a mail or an alert, beside the link that is theirs', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const { message } of storyMessages(text)) {
          const withoutLinks = { ...message, links: [] };
          const { text: inMail, html } = mailContent(withoutLinks, false);
          for (const shown of [inMail, html, JSON.stringify(pagerDutyRequests(withoutLinks))])
            expect(shown).not.toMatch(/(?<!s3):\/\/|www\.|mailto:|evil\.example[/?]/i);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('turns round what follows it, or hides it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const { message } of storyMessages(text)) {
          const { blocks, attachments } = slackMessage(message);
          expect(JSON.stringify([blocks, attachments])).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\uFEFF]/u);
        }
      }),
      { numRuns: 30 },
    );
  });
});

const ownTags = new Set([
  '<!doctype html>',
  ...['html', 'head', 'body', 'table', 'tr', 'td', 'p', 'pre', 'a', 'th'].flatMap((name) => [
    `<${name}>`,
    `</${name}>`,
  ]),
  '<th align="left" valign="top" style="min-width:5em">',
  '<meta name="viewport" content="width=device-width, initial-scale=1">',
  '<meta name="color-scheme" content="light dark">',
  '<body style="font-family:sans-serif;line-height:1.4;max-width:44rem;overflow-wrap:anywhere">',
  '<pre style="white-space:pre-wrap;overflow-wrap:anywhere">',
]);

/** The part of a received mail that is looked at; the inbox has checked its form. */
function mailOf(content: unknown) {
  return (
    content as {
      Content: {
        Simple: {
          Headers: { Name: string; Value: string }[];
          Subject: { Data: string };
          Body: { Html: { Data: string } };
        };
      };
    }
  ).Content.Simple;
}
