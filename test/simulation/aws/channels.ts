import * as z from 'zod';
import type { Random } from '../../../lib/calibration/random.ts';
import type { NotificationSettings } from '../../../lib/specification/notifications.ts';
import { dynamoDbDeliveryMarks } from '../../../lib/storage/dynamodb-delivery-marks.ts';
import type { DeliveryHint } from '../../../lib/ports/outbox.ts';
import type { World } from '../../../lib/ports/world.ts';
import { deliver, deliverInput } from '../../../lib/usecases/notifying/deliver.ts';
import { TryLater } from '../../../lib/usecases/notifying/try-later.ts';
import type { Inbox } from '../../../local/inbox/inbox.ts';
import { inboxChannels, newInbox, type Wire } from '../../channels/inbox-channels.ts';
import { MemoryLinks, MemoryMac } from '../../model/memory-links.ts';
import { Crash, QueueModel } from '../../model/queue-model.ts';
import { type FaultPlan, isWithin } from '../faults/faults.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import { type Calls, NamedError, type Process } from './process.ts';
import type { Delivery } from './scheduler.ts';
import { clientThrough, describeCommand, type Table } from './table.ts';

/** What a vendor that is busy asks for. */
const retryAfterSeconds = 30;
/** From a dead letter to the person who sends it again, in milliseconds. */
const redrivenAfter = 30 * 60_000;

/** What the function answers: whether the message is done with, and after how many seconds it is asked for again. */
const delivered = z.object({ isDone: z.boolean(), afterSeconds: z.number().optional() });

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly calls: Calls;
  readonly table: Table;
  readonly settings: NotificationSettings;
  /** Calls the function for one message of the queue. */
  readonly invoke: (hint: DeliveryHint) => Promise<unknown>;
  readonly delivery: () => Delivery;
  /** Milliseconds until the queue hands on again; 0 while it does. */
  readonly standsStill: () => number;
}

/** The queue of deliveries, the function that it calls, and the vendors of the channels that the spec names. */
export class Channels {
  readonly inbox: Inbox;
  readonly settings: NotificationSettings;
  readonly #parts: Parts;
  readonly #queue: QueueModel;
  readonly #issuer = { mac: new MemoryMac(), links: new MemoryLinks(), linksUrl: 'https://links.example.com' };
  #next: { at: number; isCleared: boolean } | undefined;
  #redrives = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.settings = parts.settings;
    const now = () => parts.clock.now();
    this.#queue = new QueueModel(now);
    this.inbox = newInbox(now);
    for (const fault of parts.faults.ofKind('vendor')) {
      for (const at of [fault.from, fault.from + fault.seconds]) {
        parts.clock.after(at * 1000, () => {
          this.#misbehave();
        });
      }
    }
  }

  /** Keeps hints that channels have something to hear. */
  hint(hints: readonly DeliveryHint[]): void {
    if (this.settings.channels.length === 0) return;
    void this.#queue.hint(hints);
    this.#consider();
  }

  /** Function `Deliver`: answers that the message comes again, where the channel did not take it now. */
  async deliver(event: unknown, process: Process, world: World): Promise<z.output<typeof delivered>> {
    const { calls, table } = this.#parts;
    const client = clientThrough((command) => {
      const { name, changes } = describeCommand(command);
      const carryOut = () => table.carryOut(command);
      return changes
        ? calls.change(process, `store.${name}`, carryOut)
        : calls.look(process, `store.${name}`, carryOut);
    });
    const marks = dynamoDbDeliveryMarks(client, 'sluice-test');
    const { notifier } = inboxChannels(() => this.#parts.clock.now(), this.#wireOf(process), this.inbox);
    try {
      await deliver(deliverInput.parse(event), { ...world, marks, notifier, issuer: this.#issuer });
      return { isDone: true };
    } catch (error) {
      if (error instanceof TryLater) return { isDone: false, afterSeconds: error.afterSeconds };
      throw error;
    }
  }

  /** What each request to a vendor meets on its way. */
  #wireOf(process: Process): Wire {
    return async (request) => {
      try {
        return await this.#parts.calls.change(process, 'channel.send', request);
      } catch (error) {
        if (error instanceof NamedError && error.name === 'TimeoutError') return 'no answer';
        throw error;
      }
    };
  }

  /** Makes the vendors behave as the faults of this second have it. */
  #misbehave(): void {
    const { faults, calls } = this.#parts;
    this.inbox.faults.clear();
    for (const fault of faults.ofKind('vendor').filter((one) => isWithin(one, calls.seconds))) {
      this.inbox.faults.set({ vendor: fault.vendor, kind: fault.how, retryAfterSeconds });
      faults.mark(fault);
    }
  }

  /** Sets when the next message is received. */
  #consider(): void {
    const { clock, random, standsStill } = this.#parts;
    const { dueAt } = this.#queue;
    if (dueAt === undefined) return;
    const at = Math.max(dueAt, clock.now()) + standsStill();
    if (this.#next !== undefined && this.#next.at <= at) return;
    if (this.#next !== undefined) this.#next.isCleared = true;
    const next = clock.after(at - clock.now() + random.integer(20, 500), () => {
      this.#next = undefined;
      void this.#receive();
    });
    this.#next = next;
  }

  async #receive(): Promise<void> {
    const before = this.#queue.dead.length;
    const handled = this.#queue.receive((hint) => this.#handOn(hint));
    // Messages of other groups do not wait for this one.
    this.#consider();
    await handled;
    if (this.#queue.dead.length > before) this.#redriveLater();
    this.#consider();
  }

  /** @throws Crash where the function died, or could not be called; TryLater where the channel did not take it */
  async #handOn(hint: DeliveryHint): Promise<void> {
    const { clock, invoke, delivery } = this.#parts;
    const { times, extra } = delivery();
    if (times === 0) throw new Crash();
    if (times > 1) {
      clock.after(extra, () => {
        invoke(hint).catch(() => undefined);
      });
    } else if (extra > 0) await clock.sleep(extra);
    const answer: unknown = await invoke(hint).catch(() => {
      throw new Crash();
    });
    const { isDone, afterSeconds } = delivered.parse(answer);
    if (!isDone) throw new TryLater('the channel does not take it now', afterSeconds);
  }

  /** A person is called by the alarm of the dead-letter queue, and sends the messages again once the vendors are well. */
  #redriveLater(): void {
    const { clock, faults, calls } = this.#parts;
    clock.after(redrivenAfter, () => {
      if (faults.ofKind('vendor').some((one) => isWithin(one, calls.seconds))) {
        this.#redriveLater();
        return;
      }
      this.#redrives += 1;
      const dead = this.#queue.dead.splice(0);
      void this.#queue.hint(dead.map((hint) => ({ ...hint, id: `redrive-${String(this.#redrives)}.${hint.id}` })));
      this.#consider();
    });
  }
}
