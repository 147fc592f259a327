import { personCalled } from '../../lib/specification/asked-people.ts';
import { openPoint } from '../../lib/approval/link-state.ts';

import { getDecision, postDecision } from '../../lib/console/decision-exchange.ts';
import { formNonce } from '../../lib/console/form-nonce.ts';
import type { PageAnswer } from '../../lib/console/page.ts';
import type { DecisionPoint } from '../../lib/rollout/people-state.ts';
import { issueLink } from '../../lib/usecases/people/issue-link.ts';
import { startRollback } from '../../lib/usecases/rollback/start-rollback.ts';
import { MemoryLinks, MemoryMac } from '../model/memory-links.ts';
import type { Journey } from '../usecases/journey.ts';

const origin = 'https://links.example.com';

/** The pages of a journey's links, as the two functions answer them, without a network between. */
export class LinkDesk {
  readonly mac = new MemoryMac();
  readonly identityMac = new MemoryMac('the key of identities');
  readonly links = new MemoryLinks();
  readonly #journey: Journey;
  linksUrl = `${origin}/test`;

  constructor(journey: Journey) {
    this.#journey = journey;
  }

  /** Issues a link for what is open now, or for any other point. */
  async issue(name: string, point?: DecisionPoint): Promise<string> {
    const { state } = await this.#journey.stored();
    const person = personCalled(state.spec.approvals, name);
    const at = point ?? openPoint(state);
    if (person === undefined || at === undefined) throw new Error(`there is nothing for ${name} to decide`);
    const url = await issueLink(state, person.name, at, this);
    return url.slice(url.lastIndexOf('/') + 1);
  }

  get(token: string, headers: Readonly<Record<string, string>> = {}): Promise<PageAnswer> {
    return getDecision({ token, headers, query: {}, body: '' }, this.world());
  }

  /** Posts what the page of a token would, with changes. */
  post(
    token: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<PageAnswer> {
    const nonce = formNonce(token);
    return this.postRaw(token, new URLSearchParams({ nonce, ...fields }).toString(), headers);
  }

  postRaw(
    token: string,
    body: string,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<PageAnswer> {
    const sent = { 'content-type': 'application/x-www-form-urlencoded', origin, ...headers };
    return postDecision({ token, headers: sent, query: {}, body }, this.world());
  }

  /** What the two functions have of the world. */
  world() {
    const { world } = this.#journey;
    const { store, rollbacks, now, installation, runtime, router } = world;
    const { mac, identityMac, links, linksUrl } = this;
    return {
      store,
      now,
      installation,
      mac,
      identityMac,
      links,
      linksUrl,
      sides: { runtime, router, tasks: { stoppedTasks: () => Promise.resolve([]) } },
      startRollback: (rolloutId: string, request: { by: string; reason: string }) =>
        startRollback({ rolloutId, ...request }, { store, rollbacks }),
    };
  }
}

/** The word that a page's forms send back. */
export function nonceIn(body: string): string | undefined {
  return /name="nonce"\s+value="([^"]+)"/.exec(body)?.[1];
}

/** The words of a page, without its markup. */
export function wordsIn(body: string): string {
  return body
    .replaceAll(/<(style|script)>[^]*?<\/\1>|<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');
}
