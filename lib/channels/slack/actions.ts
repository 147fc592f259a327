import * as z from 'zod';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import type { Offer, OfferedAction } from '../../approval/offers.ts';
import { plain } from '../../messages/plain.ts';

/** `action_id` of a button: the prefix, then the action. */
const prefix = 'sluice.';

/** docs.slack.dev/reference/block-kit: a button, and the dialog that asks whether somebody means it. */
interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: Dialog;
}

interface Dialog {
  readonly title: SlackText;
  readonly text: SlackText;
  readonly confirm: SlackText;
  readonly deny: SlackText;
}

interface SlackText {
  readonly type: 'plain_text';
  readonly text: string;
}

export interface ActionsBlock {
  readonly type: 'actions';
  readonly elements: readonly Button[];
}

interface Words {
  readonly label: string;
  readonly style?: 'primary' | 'danger';
  /** What a click does, asked before it counts; what needs a reason asks for that instead. */
  readonly ask?: string;
}

const words: Readonly<Record<OfferedAction, Words>> = {
  approve: {
    label: 'Approve',
    style: 'primary',
    ask: 'You approve this rollout in your role. Once every role has, it begins.',
  },
  reject: { label: 'Reject…', style: 'danger' },
  resume: { label: 'Resume', ask: 'The rollout goes on at its next evaluation.' },
  promote: {
    label: 'Promote',
    ask: 'The rest of this step is skipped. The gates are judged once more: one that fails rolls back.',
  },
  promoteFully: {
    label: 'Promote fully',
    ask: 'All steps up to the last one are skipped. The gates are judged once more: one that fails rolls back.',
  },
  pause: { label: 'Pause', ask: 'No traffic is shifted until a person resumes it. Gates are judged on.' },
  abort: { label: 'Roll back…', style: 'danger' },
  retry: { label: 'Run it again', ask: 'The task runs once more, once its former run has stopped.' },
  take: { label: 'Take it', ask: 'You take care of what is open: the reminders end, and PagerDuty acknowledges.' },
};

/** What is said of a task that people decide about. */
const goOn: Words = { label: 'Go on without it', ask: 'The task counts as done, though nobody knows whether it is.' };

const actions = z.enum(['retry', 'approve', 'reject', 'resume', 'promote', 'promoteFully', 'pause', 'abort', 'take']);
const value = z.strictObject({
  rollout: z.string().min(1).max(200),
  point: z.string().max(100),
  channel: z.string().max(40),
});

/** What a click on a button means: for which rollout, in which state of it, on which channel of the spec. */
export interface SlackClick extends Offer {
  readonly rollout: string;
  readonly channel: string;
}

/** Buttons for all that can be done now; `undefined` where nothing can. */
export function actionsBlock(rollout: string, channel: string, offers: readonly Offer[]): ActionsBlock | undefined {
  if (offers.length === 0) return undefined;
  return { type: 'actions', elements: offers.map((offer) => button(rollout, channel, offer)) };
}

/** The click of a button that this product made; `undefined` for any other. */
export function slackClickOf(actionId: string, written: string): SlackClick | undefined {
  const action = actions.safeParse(actionId.startsWith(prefix) ? actionId.slice(prefix.length) : '');
  const meant = value.safeParse(parsedJson(written));
  return action.success && meant.success ? { ...meant.data, action: action.data } : undefined;
}

function button(rollout: string, channel: string, { action, point }: Offer): Button {
  const { label, style, ask } = action === 'promote' && point.startsWith('task-') ? goOn : words[action];
  return {
    type: 'button',
    action_id: `${prefix}${action}`,
    text: { type: 'plain_text', text: label, emoji: false },
    value: JSON.stringify({ rollout, point, channel } satisfies z.output<typeof value>),
    ...(style === undefined ? {} : { style }),
    ...(ask === undefined
      ? {}
      : { confirm: { title: text(`${label}?`), text: text(ask), confirm: text(label), deny: text('Cancel') } }),
  };
}

/** Block that holds the reason, and the field in it. */
export const reasonField = { block: 'reason', action: 'text' } as const;
/** `callback_id` of the dialog that asks for a reason. */
export const reasonDialogId = 'sluice.reason';
/** As long as `--reason` may be. */
const longestReason = 1000;

/** The dialog that asks why somebody rejects or rolls back. @param about what it is about, in anybody's words */
export function reasonDialog(click: SlackClick, about: string): Readonly<Record<string, unknown>> {
  const title = click.action === 'reject' ? 'Reject' : 'Roll back';
  return {
    type: 'modal',
    callback_id: reasonDialogId,
    private_metadata: JSON.stringify(click),
    title: text(title),
    submit: text(title),
    close: text('Cancel'),
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: plain(about, 1000), emoji: false } },
      {
        type: 'input',
        block_id: reasonField.block,
        label: text('Why? It goes into the record, and everyone is notified.'),
        element: {
          type: 'plain_text_input',
          action_id: reasonField.action,
          multiline: true,
          min_length: 1,
          max_length: longestReason,
        },
      },
    ],
  };
}

/** What a dialog was opened for; `undefined` where it was not one of ours. */
export function dialogClickOf(privateMetadata: string): SlackClick | undefined {
  const parsed = value.extend({ action: actions }).safeParse(parsedJson(privateMetadata));
  return parsed.data;
}

function text(words_: string): SlackText {
  return { type: 'plain_text', text: words_ };
}
