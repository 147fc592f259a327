import { describe, expect, test } from '@jest/globals';
import { mailContent } from '../../lib/channels/mail/content.ts';
import { slackMessage } from '../../lib/channels/slack/blocks.ts';
import { transitionMessage } from '../../lib/messages/message.ts';
import { defaultGates } from '../../lib/specification/gate.ts';
import { severityOf } from '../../lib/rollout/transition.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { after, at, eventTypes, samples } from '../rollout/sample-events.ts';

const reason = 'error-rate is 6.2 % on green and 0.1 % on blue';
const gates = [
  { gate: 'error-rate', outcome: 'fail', green: 0.062, blue: 0.001, pass: 0.01, abort: 0.05, requests: 900, reason },
] as const;

type Looks = Parameters<typeof transitionMessage>[1];

function messageOf(event: RolloutEvent, change: Partial<ReturnType<typeof after>> = {}, looks: Looks = [gates]) {
  const state = { ...after(), weight: 25, spec: { ...after().spec, gates: [...defaultGates] }, ...change };
  const recorded = { rolloutId: state.rolloutId, sequence: 2, at, event };
  return transitionMessage(recorded, looks, state, { stage: 'production', region: 'eu-west-1' });
}

describe('what somebody woken at night reads', () => {
  const message = messageOf({ type: 'RollbackRequested', reason, gate: 'error-rate', by: 'the rollout' });
  const { text, html } = mailContent(message, false);

  test('is what happened, what to run, who is affected, the numbers, then the rest, in that order', () => {
    const parts = [
      `Rolling back: ${reason}`,
      '    sluice watch web-20260301-110000-abcdef --stage production --region eu-west-1',
      'Users: 25 % of requests go to green (as asked); error-rate is 6.2 % there and 0.1 % on blue: about 1.5 % of all requests are worse off.',
      'error-rate: fail: green 6.2 %, blue 0.1 %; passes up to 1 %, aborts above 5 %',
      'Next: All traffic goes back to blue now',
      'Rollout: web-20260301-110000-abcdef',
      'Execution in the AWS console: https://',
    ];
    const places = parts.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(html).toContain('sluice watch web-20260301-110000-abcdef --stage production --region eu-west-1</pre>');
    expect(html).toContain('<th align="left" valign="top" style="min-width:5em">Users</th>');
  });

  test('says a reason once, also where the gate gave it', () => {
    expect(text.split(reason)).toHaveLength(2);
    expect(html.split(reason)).toHaveLength(2);
    expect(JSON.stringify(slackMessage(message).blocks).split(reason)).toHaveLength(2);
  });

  const looked = (outcome: 'pass' | 'fail', green: number | undefined) => [{ ...gates[0], outcome, green }];
  const looks = [looked('pass', 0), looked('pass', undefined), looked('pass', 0.03), looked('fail', 0.062)];
  const event = { type: 'RollbackRequested', reason, gate: 'error-rate', by: 'the rollout' } as const;

  test('shows in mails where the values came from, as text and beside a bar in the colour of the worst gate', () => {
    const mail = mailContent(messageOf(event, {}, looks), false);

    expect(mail.text).toContain('error-rate: fail\r\n  green ▁·▄█ 6.2 %\r\n  blue  ▁▁▁▁ 0.1 %\r\n');
    expect(mail.html).toMatch(/<pre style="[^"]*#b00020[^"]*">error-rate: fail\n {2}green ▁·▄█ 6.2 %/);
    expect(text).not.toContain('▁');
    expect(html).not.toContain('border-left');
    const hostile = messageOf(event, {}, [
      [{ ...gates[0], gate: '</pre><script>alert(1)</script>' }],
      [{ ...gates[0], gate: '</pre><script>alert(1)</script>' }],
    ]);
    expect(mailContent(hostile, false).html).not.toContain('<script');
  });

  test('shows in Slack where the values came from, beside a bar in the colour of the worst gate', () => {
    expect(slackMessage(messageOf(event, {}, looks)).attachments).toMatchObject([
      {
        color: '#b00020',
        blocks: [
          {
            elements: [{ elements: [{ text: 'error-rate: fail\n  green ▁·▄█ 6.2 %\n  blue  ▁▁▁▁ 0.1 %' }] }],
          },
        ],
      },
    ]);
    // One value is no trend, and what no gate decided has none.
    expect(slackMessage(message).attachments).toBeUndefined();
    const opened = messageOf({ type: 'RolloutPaused', by: 'ana', how: 'command' }, {}, looks);
    expect(slackMessage(opened).attachments).toBeUndefined();
  });

  test('has the command as code in Slack, which reads no markup there', () => {
    expect(slackMessage(message).blocks[2]).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_preformatted',
          elements: [
            {
              type: 'text',
              text: 'sluice watch web-20260301-110000-abcdef --stage production --region eu-west-1',
            },
          ],
        },
      ],
    });
  });
});

test.each(eventTypes.filter((type) => ['warning', 'critical'].includes(severityOf(type) ?? '')))(
  '%s says what to run, with stage and region, and without a file',
  (type) => {
    const { commands } = messageOf(samples[type]).forPeople;
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      expect(command).toMatch(
        /^sluice [a-z ]+(web-20260301-110000-abcdef|web)\b.* --stage production --region eu-west-1$/,
      );
      expect(command).not.toMatch(/--plan|\.(ya?ml|json)\b|[{}]/);
    }
  },
);
