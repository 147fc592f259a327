import { deliver } from '../../../lib/usecases/notifying/deliver.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import { TryLater } from '../../../lib/usecases/notifying/try-later.ts';
import type { DeliveryHint } from '../../../lib/ports/outbox.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { MemoryDeliveryMarks } from '../../model/memory-delivery-marks.ts';
import { MemoryLinks, MemoryMac } from '../../model/memory-links.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { modelSpec } from '../../model/model-world.ts';
import { everyChannel, inboxChannels } from '../../channels/inbox-channels.ts';
import type { Fault } from '../../../local/inbox/faults.ts';

const rolloutId = 'web-20260301-100000-abcdef';
/** An emergency: only a person can put traffic back. */
export const emergency = {
  type: 'TrafficNotRestored',
  attempt: 1,
  reason: 'the API refuses',
  rules: [],
  command: 'sluice rollback web --direct',
} as const;
/** The rollout goes back to blue by itself. */
export const goingBack = { type: 'RollbackRequested', reason: 'too many errors', by: 'the rollout' } as const;

/** One rollout, its channels, and what is queued because of them. */
export class Desk {
  now = Date.parse('2026-03-01T10:00:00.000Z');
  readonly store = new MemoryRolloutStore();
  readonly hints: DeliveryHint[] = [];
  readonly channels = inboxChannels(() => this.now);
  readonly world = {
    store: this.store,
    marks: new MemoryDeliveryMarks(),
    notifier: this.channels.notifier,
    outbox: {
      hint: (hints: readonly DeliveryHint[]) => {
        this.hints.push(...hints);
        return Promise.resolve();
      },
      remind: () => Promise.resolve(),
    },
    announcer: { announce: () => Promise.resolve() },
    measures: { add: () => undefined },
    now: () => new Date(this.now),
    installation: { stage: 'test', region: 'eu-west-1' },
    issuer: { mac: new MemoryMac(), links: new MemoryLinks(), linksUrl: 'https://links.example.com' },
  };

  /** Opens one that goes back to a former version: a chat gets its opening as a message, not in the head alone. */
  async openReturn(notifications: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.open(notifications, {}, { to: 'version', reason: 'users cannot pay' });
  }

  async open(
    notifications: Readonly<Record<string, unknown>> = {},
    approvals: Readonly<Record<string, unknown>> = {},
    rollback?: ReturnType<typeof openedEvent>['rollback'],
  ): Promise<void> {
    const spec = modelSpec({ approvals, notifications: { channels: everyChannel, ...notifications } });
    await this.store.open(rolloutId, { ...openedEvent(), spec, rollback }, this.world.now().toISOString());
  }

  async tell(...events: readonly RolloutEvent[]): Promise<void> {
    const stored = await this.store.load(rolloutId);
    if (stored === undefined) throw new Error('no rollout');
    await this.store.append(stored, events, this.world.now().toISOString());
  }

  fault(vendor: Fault['vendor'], kind: Fault['kind'], rest: Partial<Fault> = {}): void {
    this.channels.inbox.faults.set({ vendor, kind, retryAfterSeconds: 1, ...rest });
  }

  /** For how long a delivery asks to be left alone; `undefined` where all was told. */
  async deliver(channel: string, extra?: DeliveryHint['extra']): Promise<number | 'a while' | undefined> {
    try {
      await deliver({ rolloutId, channel, extra }, this.world);
      return undefined;
    } catch (error) {
      if (!(error instanceof TryLater)) throw error;
      return error.afterSeconds ?? 'a while';
    }
  }

  /** Publishes what was appended and hands every hint on, as the stream and the queue do. Hints that fail are tried again once. */
  async pump(): Promise<void> {
    await publishTransitions({ rolloutId }, this.world);
    const again: DeliveryHint[] = [];
    for (let hint = this.hints.shift(); hint !== undefined; hint = this.hints.shift()) {
      if ((await this.deliver(hint.channel, hint.extra)) !== undefined) again.push(hint);
    }
    for (const hint of again) await this.deliver(hint.channel, hint.extra);
  }

  posts(channel: string) {
    return this.channels.inbox.slack.posts.filter((post) => post.channel === channel);
  }
}
