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

/** Slack, PagerDuty, SES and a webhook's receiver in one: takes what they would take, refuses what they would refuse, shows the rest. */
export class Inbox {
  readonly received: ReceivedList;
  readonly faults = new Faults();
  readonly slack: SlackApi;
  readonly pagerDuty: PagerDutyApi;
  readonly webhook: WebhookReceiver;
  /** Who hears of clicks on the page; a local stack says so once it is deployed. */
  app: SlackApp | undefined;
  readonly #now: () => number;

  constructor({ webhookSecret, now = Date.now }: { readonly webhookSecret: string; readonly now?: () => number }) {
    this.#now = now;
    this.received = new ReceivedList(now);
    this.slack = new SlackApi(this.received, now);
    this.pagerDuty = new PagerDutyApi(this.received);
    this.webhook = new WebhookReceiver(this.received, webhookSecret);
  }

  handle(request: InboxRequest): InboxAnswer {
    if (request.path === '/') return inboxPage(this);
    if (request.path.startsWith('/_inbox/')) return this.#control(request);
    const vendor = vendorOf(request.path);
    const met = this.faults.take(vendor, request.path);
    if (met === undefined) return this.#deliver(vendor, request);
    if (met.kind === 'dead') return 'no connection';
    if (met.kind === 'deaf') {
      this.#deliver(vendor, request);
      return 'no answer';
    }
    return misbehaved(vendor, met);
  }

  #deliver(vendor: Vendor, request: InboxRequest): InboxResponse {
    if (request.method !== 'POST') return { status: 405, body: 'POST only' };
    switch (vendor) {
      case 'slack':
        if (request.path.startsWith('/actions/')) return this.slack.respond(request);
        return this.slack.handle(request, request.path.slice('/api/'.length));
      case 'slack-webhook':
        return slackWebhook(request, this.received);
      case 'pagerduty':
        return this.pagerDuty.handle(request);
      case 'mail':
        return sendEmail(request, this.received);
      case 'webhook':
        return this.webhook.handle(request, new Date(this.#now()));
    }
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

function vendorOf(path: string): Vendor {
  if (path.startsWith('/api/') || path.startsWith('/actions/')) return 'slack';
  if (path.startsWith('/services/')) return 'slack-webhook';
  if (path === '/v2/enqueue' || path === '/v2/change/enqueue') return 'pagerduty';
  return path.startsWith('/v2/email/') ? 'mail' : 'webhook';
}

function misbehaved(vendor: Vendor, { kind, retryAfterSeconds }: Fault): InboxResponse {
  if (kind === 'broken')
    return vendor === 'mail' ? awsError(500, 'InternalFailure', 'broken') : { status: 500, body: 'broken' };
  if (kind === 'busy') {
    if (vendor === 'mail') return awsError(429, 'TooManyRequestsException', 'Rate exceeded');
    return json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(retryAfterSeconds) });
  }
  if (vendor === 'slack') return json(200, { ok: false, error: 'invalid_auth' });
  if (vendor === 'slack-webhook') return { status: 404, body: 'no_service' };
  return vendor === 'mail'
    ? awsError(400, 'MessageRejected', 'Email address is not verified.')
    : json(400, { error: 'refused' });
}
