import * as z from 'zod';
import { type InboxRequest, type InboxResponse, json, parsedBody } from './exchange.ts';
import { fault, Faults, type Fault } from './faults.ts';
import { slackApp, type SlackApp } from './slack-app.ts';
import { awsError, sendEmail } from './mail-api.ts';
import { liveScript, stateOf } from './live.ts';
import { inboxPage } from './page.ts';
import { PagerDutyApi } from './pagerduty-api.ts';
import { ReceivedList, type Vendor } from './received.ts';
import { SlackApi, slackWebhook } from './slack-api.ts';
import { WebhookReceiver } from './webhook-api.ts';

/** An answer, or none: the connection breaks. */
export type InboxAnswer = InboxResponse | 'no answer' | 'no connection';

/** What stands in the place of one vendor, and its words where it misbehaves; without them those of most vendors. */
interface StandIn {
  readonly vendor: Vendor;
  readonly paths: RegExp;
  readonly handle: (request: InboxRequest) => InboxResponse;
  readonly broken?: InboxResponse;
  readonly busy?: InboxResponse;
  /** As for a wrong secret. */
  readonly refused?: InboxResponse;
}

/** Slack, PagerDuty, SES and a webhook's receiver in one: takes what they would take, refuses what they would refuse, shows the rest. */
export class Inbox {
  readonly received: ReceivedList;
  readonly faults = new Faults();
  readonly slack: SlackApi;
  readonly pagerDuty: PagerDutyApi;
  readonly webhook: WebhookReceiver;
  /** Who hears of clicks on the page; a local stack says so once it is deployed. */
  app: SlackApp | undefined;
  /** The first whose path fits takes a request. What no other path belongs to is for the receiver of a webhook. */
  readonly #standIns: readonly StandIn[];

  constructor({ webhookSecret, now = Date.now }: { readonly webhookSecret: string; readonly now?: () => number }) {
    this.received = new ReceivedList(now);
    this.slack = new SlackApi(this.received, now);
    this.pagerDuty = new PagerDutyApi(this.received);
    this.webhook = new WebhookReceiver(this.received, webhookSecret);
    this.#standIns = [
      {
        vendor: 'slack',
        paths: /^\/(?:api|actions)\//,
        handle: (request) =>
          request.path.startsWith('/actions/')
            ? this.slack.respond(request)
            : this.slack.handle(request, request.path.slice('/api/'.length)),
        refused: json(200, { ok: false, error: 'invalid_auth' }),
      },
      {
        vendor: 'slack-webhook',
        paths: /^\/services\//,
        handle: (request) => slackWebhook(request, this.received),
        refused: { status: 404, body: 'no_service' },
      },
      {
        vendor: 'pagerduty',
        paths: /^\/v2\/(?:change\/)?enqueue$/,
        handle: (request) => this.pagerDuty.handle(request),
      },
      {
        vendor: 'mail',
        paths: /^\/v2\/email\//,
        handle: (request) => sendEmail(request, this.received),
        broken: awsError(500, 'InternalFailure', 'broken'),
        busy: awsError(429, 'TooManyRequestsException', 'Rate exceeded'),
        refused: awsError(400, 'MessageRejected', 'Email address is not verified.'),
      },
      { vendor: 'webhook', paths: /^/, handle: (request) => this.webhook.handle(request, new Date(now())) },
    ];
  }

  /** Types of channels whose vendor has a stand-in here. */
  get vendors(): readonly Vendor[] {
    return this.#standIns.map(({ vendor }) => vendor);
  }

  handle(request: InboxRequest): InboxAnswer {
    if (request.path === '/') return inboxPage(this);
    if (request.path.startsWith('/_inbox/')) return this.#control(request);
    const standIn = this.#standInFor(request.path);
    const met = this.faults.take(standIn.vendor, request.path);
    if (met === undefined) return deliver(standIn, request);
    if (met.kind === 'dead') return 'no connection';
    if (met.kind === 'deaf') {
      deliver(standIn, request);
      return 'no answer';
    }
    return misbehaved(standIn, met);
  }

  #standInFor(path: string): StandIn {
    const found = this.#standIns.find(({ paths }) => paths.test(path));
    if (found === undefined) throw new Error(`No vendor has the path ${path}.`);
    return found;
  }

  #control(request: InboxRequest): InboxResponse {
    const { method, path } = request;
    if (path === '/_inbox/health') return json(200, { ok: true });
    if (path === '/_inbox/state') return { status: 200, body: stateOf(this) };
    if (path === '/_inbox/live.js') {
      return { status: 200, body: liveScript, headers: { 'content-type': 'text/javascript; charset=utf-8' } };
    }
    if (path === '/_inbox/messages' && method === 'GET') return json(200, this.received.all());
    if (path === '/_inbox/alerts' && method === 'GET') return json(200, this.pagerDuty.alerts);
    if (path === '/_inbox/dialogs' && method === 'GET') return json(200, this.slack.dialogs);
    if (path === '/_inbox/notices' && method === 'GET') return json(200, this.slack.notices);
    if (path === '/_inbox/posts' && method === 'GET') return json(200, this.slack.posts);
    if (path === '/_inbox/app' && method === 'POST') {
      const parsed = slackApp.safeParse(parsedBody(request));
      if (!parsed.success) return json(400, { error: z.prettifyError(parsed.error) });
      this.app = parsed.data;
    } else if (path === '/_inbox/faults' && method === 'DELETE') this.faults.clear();
    else if (path === '/_inbox/faults' && method === 'POST') {
      const parsed = fault.safeParse(parsedBody(request));
      if (!parsed.success) return json(400, { error: z.prettifyError(parsed.error) });
      this.faults.set(parsed.data);
    } else return json(404, { error: `the inbox has no ${method} ${path}` });
    return json(200, { ok: true });
  }
}

function deliver(standIn: StandIn, request: InboxRequest): InboxResponse {
  return request.method === 'POST' ? standIn.handle(request) : { status: 405, body: 'POST only' };
}

function misbehaved(standIn: StandIn, { kind, retryAfterSeconds }: Fault): InboxResponse {
  if (kind === 'broken') return standIn.broken ?? { status: 500, body: 'broken' };
  if (kind === 'strict') return standIn.refused ?? json(400, { error: 'refused' });
  const seconds = { 'retry-after': String(retryAfterSeconds) };
  return standIn.busy ?? json(429, { ok: false, error: 'ratelimited' }, seconds);
}
