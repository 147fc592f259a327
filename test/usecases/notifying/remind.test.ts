import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveryHint, ReminderTimer } from '../../../lib/ports/outbox.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import { remind } from '../../../lib/usecases/notifying/remind.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { modelSpec } from '../../model/model-world.ts';
import { everyChannel } from '../../channels/inbox-channels.ts';

const start = Date.parse('2026-03-01T10:00:00.000Z');
const rolloutId = 'web-20260301-100000-abcdef';

/** A rollout whose timers run out in virtual time, as SQS hands them on. */
class Timers {
  readonly store = new MemoryRolloutStore();
  readonly hints: (DeliveryHint & { readonly minute: number })[] = [];
  #timers: { readonly due: number; readonly timer: ReminderTimer }[] = [];
  #time = start;

  readonly world = {
    store: this.store,
    outbox: {
      hint: (hints: readonly DeliveryHint[]) => {
        this.hints.push(...hints.map((hint) => ({ ...hint, minute: (this.#time - start) / 60_000 })));
        return Promise.resolve();
      },
      remind: (timer: ReminderTimer, afterSeconds: number) => {
        expect(afterSeconds).toBeLessThanOrEqual(900);
        this.#timers.push({ due: this.#time + afterSeconds * 1000, timer });
        return Promise.resolve();
      },
    },
    announcer: { announce: () => Promise.resolve() },
    measures: { add: () => undefined },
    now: () => new Date(this.#time),
    installation: { stage: 'test', region: 'eu-west-1' },
  };

  async open(spec = modelSpec({ notifications: { channels: everyChannel } })): Promise<void> {
    await this.store.open(rolloutId, { ...openedEvent(), spec }, this.world.now().toISOString());
    await publishTransitions({ rolloutId }, this.world);
  }

  async tell(event: RolloutEvent): Promise<void> {
    const stored = await this.store.load(rolloutId);
    if (stored === undefined) throw new Error('no rollout');
    await this.store.append(stored, [event], this.world.now().toISOString());
    await publishTransitions({ rolloutId }, this.world);
  }

  /** Lets minutes pass, timer by timer. @param deaf nobody takes timers from the queue meanwhile */
  async pass(minutes: number, deaf = false): Promise<void> {
    const until = this.#time + minutes * 60_000;
    while (!deaf) {
      const [next] = this.#timers.toSorted((left, right) => left.due - right.due);
      if (next === undefined || next.due > until) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#time = Math.max(this.#time, next.due);
      await remind(next.timer, this.world);
    }
    this.#time = until;
  }

  /** Minutes at which a channel was reminded. */
  minutes(channel: string): readonly number[] {
    return this.hints.flatMap((hint) =>
      hint.channel === channel && hint.extra?.kind === 'reminder' ? [hint.minute] : [],
    );
  }
}

let timers: Timers;
beforeEach(async () => {
  timers = new Timers();
  await timers.open();
});

const goingBack = { type: 'RollbackRequested', reason: 'too many errors', by: 'the rollout' } as const;
const emergency = {
  type: 'TrafficNotRestored',
  attempt: 1,
  reason: 'the API refuses',
  rules: [],
  command: 'sluice rollback web --direct',
} as const;
const held = { type: 'BakeHeld', step: 0, reason: 'too few', until: '2026-03-01T12:00:00.000Z' } as const;
const toBaking: readonly RolloutEvent[] = [
  { type: 'PreChecksPassed', results: [] },
  { type: 'GreenDeployed', taskDefinition: 'web:2', deploymentId: 'd', count: 2 },
  { type: 'GreenReady', running: 2, digest: 'sha256:b' },
  { type: 'GreenVerified', url: 'http://web', status: 200, milliseconds: 3 },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  { type: 'TrafficShifted', step: 0, weight: 10 },
];

describe('what stays open is told again', () => {
  test('critical: every 5 minutes to the pager, the critical chat and by mail, until somebody takes it', async () => {
    await timers.tell(goingBack);
    await timers.tell(emergency);
    await timers.pass(22);
    expect([timers.minutes('pager'), timers.minutes('critical'), timers.minutes('post')]).toEqual([
      [5, 10, 15, 20],
      [5, 10, 15, 20],
      [5, 10, 15, 20],
    ]);
    expect(timers.minutes('chat')).toEqual([]);

    await timers.tell({ type: 'AlertTaken', by: 'ada' });
    await timers.pass(60);
    expect(timers.minutes('pager')).toEqual([5, 10, 15, 20]);
  });

  test('critical: not while it is acknowledged in PagerDuty, and again once that has ended there', async () => {
    const said = {
      need: 'TrafficNotRestored',
      by: 'Ana',
      person: true,
      heard: '01',
      occurredAt: '2026-03-01T10:06:00.000Z',
    };
    const told = () =>
      timers.hints.flatMap(({ channel, extra, minute }) =>
        channel === 'pager' && extra?.kind === 'reminder' && extra.type === emergency.type ? [Math.floor(minute)] : [],
      );
    await timers.tell(goingBack);
    await timers.tell(emergency);
    await timers.pass(6);
    await timers.tell({ type: 'AlertAcknowledged', ...said });
    await timers.pass(26);
    expect(told()).toEqual([5]);

    await timers.tell({ type: 'AlertUnacknowledged', ...said, by: 'PagerDuty', person: false });
    await timers.pass(10);
    expect(told()).toEqual([5, 32, 35, 40]);
  });

  test('critical: as before where an acknowledgement ended that was never heard of', async () => {
    await timers.tell(goingBack);
    await timers.tell(emergency);
    await timers.pass(6);
    await timers.tell({
      ...{ type: 'AlertUnacknowledged', need: emergency.type, heard: 'id', occurredAt: '2026-03-01T10:06:00.000Z' },
      ...{ by: 'PagerDuty', person: false, untaken: true },
    });
    await timers.pass(10);

    expect(timers.minutes('pager')).toEqual([5, 10, 15]);
  });

  test('critical: until it is over', async () => {
    await timers.tell(goingBack);
    await timers.tell(emergency);
    await timers.pass(7);
    await timers.tell({ type: 'RolledBack', reason: 'too many errors' });
    await timers.pass(60);

    expect(timers.minutes('pager')).toEqual([5]);
  });

  test('warning: every 30 minutes to the chats, and not to the pager', async () => {
    for (const event of toBaking) await timers.tell(event);
    await timers.tell(held);
    await timers.pass(95);

    expect([timers.minutes('chat'), timers.minutes('pager')]).toEqual([[30, 60, 90], []]);
  });

  test('everything else: hourly while the rollout is under way', async () => {
    await timers.pass(185);

    expect([timers.minutes('chat'), timers.minutes('pager')]).toEqual([[60, 120, 180], []]);
  });

  test('the lesser is not repeated beside the worse', async () => {
    for (const event of toBaking) await timers.tell(event);
    await timers.tell(held);
    await timers.pass(65);

    // At 60 min both are due: what is held says more than that the rollout is still under way.
    expect(timers.minutes('chat')).toEqual([30, 60]);
  });

  test('turns that were missed are not made up for', async () => {
    await timers.tell(goingBack);
    await timers.tell(emergency);
    await timers.pass(31, true);
    await timers.pass(10);

    expect(timers.minutes('pager')).toEqual([31, 35, 40]);
  });

  test('a timer that comes twice tells under the same name, which a channel shows once', async () => {
    await timers.tell(goingBack);
    await timers.tell(emergency);
    await timers.pass(5, true);
    const timer = { rolloutId, type: emergency.type, at: '2026-03-01T10:00:00.000Z', turn: 1 };
    await remind(timer, timers.world);
    await remind(timer, timers.world);
    const ids = timers.hints
      .filter(({ channel, extra }) => channel === 'pager' && extra !== undefined)
      .map(({ id }) => id);

    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });
});

test('a row without `repeat` is told once', async () => {
  const once = new Timers();
  await once.open(modelSpec({ notifications: { channels: everyChannel, routes: [{ to: ['chat'] }] } }));
  await once.tell(goingBack);
  await once.pass(600);

  expect(once.minutes('chat')).toEqual([]);
});
