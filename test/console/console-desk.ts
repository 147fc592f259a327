import { wordsIn } from './link-desk.ts';
import { getConsole, keptReads } from '../../lib/console/console-exchange.ts';
import { consolePaths } from '../../lib/console/console-place.ts';
import type { PageAnswer } from '../../lib/console/page.ts';
import { postConsole } from '../../lib/console/post-console.ts';
import { type Session, sessionCookie, sessionText } from '../../lib/console/session.ts';
import { incidentOrder } from '../../lib/ports/incident-orders.ts';
import { orderIncident } from '../../lib/usecases/incident/order-incident.ts';
import { MemoryMac } from '../model/memory-links.ts';
import { troublesOf } from '../view/incident-scenarios.ts';
import type { Scenario } from '../view/scenarios.ts';

const pagesUrl = 'https://pages.example.com/production';

/** The pages of a scenario's record, as the functions answer them, without a network between. */
export class ConsoleDesk {
  readonly identityMac = new MemoryMac('the key of identities');
  readonly rollbacks: { readonly rolloutId: string; readonly by: string; readonly reason: string }[] = [];
  /** Starts of the machines of incidents and releases. */
  readonly starts: { readonly name: string; readonly input: unknown }[] = [];
  readonly scenario: Scenario;
  url = pagesUrl;
  /** Moved by tests that do not want what was read a moment ago. */
  kept = 0;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  /** The cookie of a visitor; of an IAM principal unless it is said otherwise. */
  async cookie(changes: Partial<Session> = {}): Promise<string> {
    const until = this.scenario.time / 1000 + 3600;
    const who = 'arn:aws:iam::111122223333:user/ada';
    const text = await sessionText({ by: 'iam', who, seesAll: true, until, ...changes }, this.identityMac);
    return `${sessionCookie}=${text}`;
  }

  /** The cookie of a person who signed in at the issuer. */
  signedIn(mail: string, changes: Partial<Session> = {}): Promise<string> {
    return this.cookie({ by: 'oidc', who: mail, seesAll: false, ...changes });
  }

  async get(
    place: string,
    cookie?: string,
    headers: Readonly<Record<string, string>> = {},
    query: Readonly<Record<string, string>> = {},
  ): Promise<PageAnswer> {
    return getConsole(
      { ...requestOf(place, query), headers: { ...headers, ...(cookie !== undefined && { cookie }) } },
      this.world(),
    );
  }

  /** A page, and its words, as one sees it who sees all. */
  async shown(place: string): Promise<{ body: string; words: string; status: number }> {
    const { body, status } = await this.get(place, await this.cookie());
    return { body, status, words: wordsIn(body) };
  }

  /** Sends a form to the page of a place. @param place as `requestOf` takes it */
  postTo(
    place: string,
    body: string,
    cookie: string,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<PageAnswer> {
    const sent = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(this.url).origin,
      cookie,
      ...headers,
    };
    return postConsole({ ...requestOf(place), body, headers: sent }, this.world());
  }

  post(
    rolloutId: string,
    body: string,
    cookie: string,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<PageAnswer> {
    return this.postTo(`rollouts/${rolloutId}`, body, cookie, headers);
  }

  #machine() {
    return {
      start: (name: string, input: object) => {
        const alreadyStarted = this.starts.some((one) => one.name === name);
        this.starts.push({ name, input });
        return Promise.resolve({ executionArn: `arn:execution:${name}`, alreadyStarted });
      },
    };
  }

  /** What the functions have of the world. */
  world() {
    const { scenario, identityMac } = this;
    const { store, ...sides } = scenario.readers;
    const clock = () => this.kept;
    const kept = keptReads(clock);
    return {
      ...{ store: scenario.store, incidents: scenario.incidents, emergencies: scenario.emergencies },
      troubles: troublesOf(scenario),
      releases: scenario.releases,
      sides,
      identityMac,
      linksUrl: this.url,
      now: () => new Date(scenario.time),
      installation: { stage: 'production', region: 'eu-west-1' },
      kept,
      orderIncident: (order: unknown) => {
        const world = { store: scenario.store, incidents: scenario.incidents, now: () => new Date(scenario.time) };
        const incidentExecutions = {
          ...this.#machine(),
          arnOf: (name: string) => name,
          isRunning: () => Promise.resolve(true),
        };
        // As the function that carries it out gets it.
        return orderIncident(incidentOrder.parse(JSON.parse(JSON.stringify(order))), { ...world, incidentExecutions });
      },
      releaseExecutions: this.#machine(),
      startRollback: (rolloutId: string, request: { by: string; reason: string }) => {
        this.rollbacks.push({ rolloutId, ...request });
        return Promise.resolve();
      },
    };
  }
}

/** A request by the place that it is for: `rollouts/<id>`, `services/<name>`, or nothing; with a query behind it. */
export function requestOf(place: string, query: Readonly<Record<string, string>> = {}) {
  const [path = '', asked = ''] = place.split('?');
  const [kind, name = ''] = path.split('/');
  const resource =
    kind === 'rollouts' ? consolePaths.rollout : kind === 'services' ? consolePaths.service : consolePaths.services;
  return {
    resource,
    name,
    query: { ...Object.fromEntries(new URLSearchParams(asked)), ...query },
    token: '',
    body: '',
    headers: {},
  };
}

/** What the form of a page would send. */
export function formOf(body: string, fields: Readonly<Record<string, string>>): string {
  const value = (name: string) => new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(body)?.[1] ?? '';
  return new URLSearchParams({ nonce: value('nonce'), point: value('point'), ...fields }).toString();
}
