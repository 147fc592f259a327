import { slackSignature } from '../../lib/channels/slack/signature.ts';
import type { OpenDialog } from './slack-dialogs.ts';
import type { InboxButton } from './slack-rules.ts';

/** A request as Slack sends it when somebody clicks: the raw body, and the headers that go with it. */
export interface SlackClickRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Who clicks, on which app's behalf the request is signed, and when. */
export interface Clicker {
  readonly user: string;
  readonly signingSecret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Slack's own id of this click; a new one each time. */
  readonly trigger: string;
}

/** Somebody clicks a button of a message (docs.slack.dev, block_actions payloads). */
export function clickOf({ action, value }: InboxButton, clicker: Clicker): SlackClickRequest {
  return signed(
    {
      type: 'block_actions',
      user: { id: clicker.user, username: 'somebody', name: 'somebody', team_id: 'TLOCAL' },
      api_app_id: 'ALOCAL',
      team: { id: 'TLOCAL', domain: 'local' },
      trigger_id: clicker.trigger,
      response_url: `https://hooks.slack.com/actions/TLOCAL/${clicker.trigger}/answer`,
      container: { type: 'message', message_ts: '1.000001', channel_id: 'C0ROLLOUTS', is_ephemeral: false },
      actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: String(clicker.now / 1000) }],
    },
    clicker,
  );
}

/** Somebody sends a dialog off with what they wrote (docs.slack.dev, view_submission payloads). */
export function submissionOf({ callback, metadata }: OpenDialog, reason: string, clicker: Clicker): SlackClickRequest {
  return signed(
    {
      type: 'view_submission',
      user: { id: clicker.user, username: 'somebody', name: 'somebody', team_id: 'TLOCAL' },
      team: { id: 'TLOCAL', domain: 'local' },
      api_app_id: 'ALOCAL',
      trigger_id: clicker.trigger,
      response_urls: [],
      view: {
        id: 'VLOCAL',
        type: 'modal',
        callback_id: callback,
        private_metadata: metadata,
        state: { values: { reason: { text: { type: 'plain_text_input', value: reason } } } },
      },
    },
    clicker,
  );
}

function signed(payload: unknown, { signingSecret, now }: Clicker): SlackClickRequest {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(now / 1000));
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': slackSignature(signingSecret, timestamp, Buffer.from(body)),
    },
  };
}
