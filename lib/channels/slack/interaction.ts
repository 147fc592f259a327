import * as z from 'zod';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import { dialogClickOf, reasonDialogId, reasonField, type SlackClick, slackClickOf } from './actions.ts';

const user = z.looseObject({ id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/), team_id: z.string().max(30).optional() });
/** The workspace of the click; of a shared channel the member's own may be another. */
const team = z.looseObject({ id: z.string().max(30) }).nullish();
const clicked = z.looseObject({
  type: z.literal('block_actions'),
  user,
  team,
  trigger_id: z.string().max(500).default(''),
  response_url: z.string().max(2000).default(''),
  actions: z.array(z.looseObject({ action_id: z.string(), value: z.string().default('') })).min(1),
});
const submitted = z.looseObject({
  type: z.literal('view_submission'),
  user,
  team,
  view: z.looseObject({
    callback_id: z.literal(reasonDialogId),
    private_metadata: z.string().max(3000),
    state: z.looseObject({
      values: z.object({
        [reasonField.block]: z.object({
          [reasonField.action]: z.looseObject({ value: z.string().max(3000).nullish() }),
        }),
      }),
    }),
  }),
});

/** What somebody did in Slack, as far as it is about a rollout. */
export type SlackInteraction =
  | {
      readonly kind: 'click';
      readonly user: string;
      /** The workspace that the member belongs to. */
      readonly team: string | undefined;
      readonly click: SlackClick;
      readonly triggerId: string;
      /** Where an answer for this person alone goes; empty where Slack named no place of its own. */
      readonly responseUrl: string;
    }
  | {
      readonly kind: 'reason';
      readonly user: string;
      readonly team: string | undefined;
      readonly click: SlackClick;
      readonly reason: string;
    };

/** Reads the form of a request whose signature was verified; `undefined` for what no button or dialog of ours sends. */
export function slackInteractionOf(body: string): SlackInteraction | undefined {
  const payload = parsedJson(new URLSearchParams(body).get('payload') ?? '');
  const click = clicked.safeParse(payload);
  if (click.success) {
    const { actions, trigger_id: triggerId, response_url: url } = click.data;
    const [first = { action_id: '', value: '' }] = actions;
    const meant = slackClickOf(first.action_id, first.value);
    if (meant === undefined) return undefined;
    return { kind: 'click', ...whoIn(click.data), click: meant, triggerId, responseUrl: ofSlack(url) };
  }
  const dialog = submitted.safeParse(payload);
  if (!dialog.success) return undefined;
  const meant = dialogClickOf(dialog.data.view.private_metadata);
  const reason = dialog.data.view.state.values[reasonField.block][reasonField.action].value ?? '';
  return meant === undefined ? undefined : { kind: 'reason', ...whoIn(dialog.data), click: meant, reason };
}

function whoIn({ user: who, team: of }: Pick<z.output<typeof clicked>, 'user' | 'team'>) {
  return { user: who.id, team: who.team_id ?? of?.id };
}

/** Answers go to Slack and to nobody else, whatever a request says. */
function ofSlack(url: string): string {
  if (!URL.canParse(url)) return '';
  const { protocol, hostname, port, username, password } = new URL(url);
  const isSlack = protocol === 'https:' && hostname === 'hooks.slack.com' && port === '';
  return isSlack && username === '' && password === '' ? url : '';
}
