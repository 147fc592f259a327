import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Channel } from '../../../lib/specification/notification-channel.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { transitionsOf } from '../../../lib/rollout/transition.ts';
import type { DeliveryHint } from '../../../lib/ports/outbox.ts';
import { deliver } from '../../../lib/usecases/notifying/deliver.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import type { Received, Vendor } from '../../../local/inbox/received.ts';
import { MemoryDeliveryMarks } from '../../model/memory-delivery-marks.ts';
import { MemoryLinks, MemoryMac } from '../../model/memory-links.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { modelSpec } from '../../model/model-world.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { expectedOf, nameFor, nameOf } from '../../channels/expected-messages.ts';
import { everyChannel, inboxChannels } from '../../channels/inbox-channels.ts';
import { Crash, QueueModel } from '../../model/queue-model.ts';

const rollouts = 56;
const spec = modelSpec({
  notifications: {
    channels: everyChannel,
    routes: [
      { events: ['RollbackRequested'], to: everyChannel.map(({ name }) => name) },
      { to: ['chat', 'hook', 'machine', 'post'] },
    ],
  },
});
const steps = [0, 1, 2].flatMap((step): RolloutEvent[] => [
  { type: 'TrafficShifted', step, weight: [10, 50, 100][step] ?? 0 },
  { type: 'BakeHeld', step, reason: 'too few requests', until: '2026-03-01T12:00:00.000Z' },
  { type: 'GreenAnalysed', step, verdict: 'pass', reason: 'well', secondsLeft: 0, gates: [] },
  ...(step < 2 ? [{ type: 'StepPassed', step, weight: [10, 50, 100][step] ?? 0 } as const] : []),
]);
const story: readonly RolloutEvent[] = [
  { type: 'PreChecksPassed', results: [] },
  { type: 'GreenDeployed', taskDefinition: 'web:2', deploymentId: 'd', count: 2 },
  { type: 'GreenReady', running: 2, digest: 'sha256:b' },
  { type: 'GreenVerified', url: 'http://web', status: 200, milliseconds: 3 },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  ...steps,
  { type: 'RollbackRequested', reason: 'too many errors', by: 'the rollout' },
  { type: 'TrafficRestored', rules: 1 },
  { type: 'BlueVerified', healthy: 2 },
  { type: 'GreenRemoved' },
  { type: 'RolledBack', reason: 'too many errors' },
];

/** Which vendor is behind a channel that misbehaves now and then; the dead one is dead. */
const channelNames: Readonly<Record<string, Vendor>> = {
  chat: 'slack',
  critical: 'slack',
  hook: 'slack-webhook',
  pager: 'pagerduty',
  post: 'mail',
};

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function simulate(seed: number) {
  const random = randomOf(seed);
  const start = Date.parse('2026-03-01T10:00:00.000Z');
  let time = 0;
  const queue = new QueueModel(() => time);
  const now = () => start + time;
  /** Time passes until there is a message. */
  const next = async (handle: (hint: DeliveryHint) => Promise<unknown>) => {
    const { dueAt } = queue;
    if (dueAt === undefined) return false;
    time = Math.max(time, dueAt);
    return queue.receive(handle);
  };
  const chance = (share: number) => random() < share;
  const crashes = { count: 0, calm: false };
  const mayCrash = (share: number) => {
    if (crashes.calm || !chance(share)) return;
    crashes.count += 1;
    throw new Crash();
  };
  const before = () => {
    mayCrash(0.02);
  };
  const channels = inboxChannels(now, async (request) => {
    before();
    const answer = await Promise.resolve(request());
    before();
    return answer;
  });
  const { inbox, notifier } = channels;
  const store = new MemoryRolloutStore();
  const memory = new MemoryDeliveryMarks();
  const world = {
    store,
    marks: {
      read: memory.read.bind(memory),
      write: async (...given: Parameters<typeof memory.write>) => {
        mayCrash(0.01);
        const written = await memory.write(...given);
        mayCrash(0.01);
        return written;
      },
    },
    notifier,
    outbox: {
      hint: async (hints: readonly DeliveryHint[]) => {
        mayCrash(0.02);
        await queue.hint(hints);
      },
      remind: () => Promise.resolve(),
    },
    announcer: { announce: () => Promise.resolve() },
    measures: { add: () => undefined },
    now: () => new Date(now()),
    installation: { stage: 'test', region: 'eu-west-1' },
    issuer: { mac: new MemoryMac(), links: new MemoryLinks(), linksUrl: 'https://links.example.com' },
  };
  const publish = async (rolloutId: string) => {
    try {
      await publishTransitions({ rolloutId }, world);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  };
  const handle = async (hint: DeliveryHint) => {
    const vendor = channelNames[hint.channel];
    if (vendor !== undefined && !crashes.calm && !inbox.faults.has(vendor)) {
      if (chance(0.06)) inbox.faults.set({ vendor, kind: 'busy', retryAfterSeconds: 3, times: 1 });
      if (chance(0.03)) inbox.faults.set({ vendor, kind: 'deaf', retryAfterSeconds: 1, times: 1 });
      if (chance(0.03)) inbox.faults.set({ vendor, kind: 'broken', retryAfterSeconds: 1, times: 1 });
    }
    await deliver(hint, world);
    // The queue delivers at least once.
    if (chance(0.1)) await deliver(hint, world);
    mayCrash(0.01);
  };

  // A dead channel, from the first message on.
  inbox.faults.set({ vendor: 'webhook', kind: 'dead', retryAfterSeconds: 1 });
  const ids = Array.from({ length: rollouts }, (_, index) => `web-20260301-100000-${String(index).padStart(6, '0')}`);
  for (const [index, rolloutId] of ids.entries()) {
    const event = { ...openedEvent(), service: `web-${index}`, spec: { ...spec, service: `web-${index}` } };
    await store.open(rolloutId, event, world.now().toISOString());
  }
  for (const event of story) {
    for (const rolloutId of ids) {
      const stored = await store.load(rolloutId);
      if (stored === undefined) throw new Error('the rollout is gone');
      time += 7;
      await store.append(stored, [event], world.now().toISOString());
      // A hint of the stream may be lost, or come twice.
      if (chance(0.9)) await publish(rolloutId);
      if (chance(0.1)) await publish(rolloutId);
      if (chance(0.5)) await next(handle);
    }
  }
  // Each machine publishes once more when it ends; then everything that is queued is worked off, dead letters included.
  for (let round = 0; round < 3; round += 1) for (const rolloutId of ids) await publish(rolloutId);
  while (await next(handle));
  const dead = queue.dead.splice(0);
  const whileDead = inbox.received.all().filter(({ vendor }) => vendor === 'webhook').length;
  inbox.faults.clear();
  crashes.calm = true;
  time += 400_000;
  await queue.hint(dead.map((hint) => ({ ...hint, id: `redrive.${hint.id}` })));
  while (await next(handle));
  return { store, ids, inbox, crashes, dead, whileDead, left: queue.dead };
}

const channelNamed = (name: string): Channel => {
  const found = spec.notifications.channels.find((channel) => channel.name === name);
  if (found === undefined) throw new Error(`there is no channel ${name}`);
  return found;
};

describe.each([1, 2])(
  'more than 1,000 transitions with crashes, duplicates, rate limits and a dead channel (seed %s)',
  (seed) => {
    let end: Awaited<ReturnType<typeof simulate>>;

    beforeAll(async () => {
      end = await simulate(seed);
    }, 240_000);

    test('none is lost, none is shown twice, and the order is kept', async () => {
      const { store, ids, inbox } = end;
      const received = inbox.received.all();
      const placed: [string, (one: Received) => boolean][] = [
        ['chat', ({ place }) => place === 'C0CHAT'],
        ['critical', ({ place }) => place === 'C0CRITICAL'],
        ['machine', ({ vendor }) => vendor === 'webhook'],
        ['post', ({ vendor }) => vendor === 'mail'],
        ['hook', ({ vendor }) => vendor === 'slack-webhook'],
      ];
      let transitions = 0;
      for (const rolloutId of ids) {
        transitions += transitionsOf(await store.events(rolloutId, 0)).length;
        for (const [name, isThere] of placed) {
          const channel = channelNamed(name);
          const events = await store.events(rolloutId, 0);
          const due = expectedOf(events, spec.notifications, channel, 'test');
          const names = due.map((one) => nameFor(channel, one));
          const own = received.filter((one) => isThere(one) && one.rollout === rolloutId && one.key !== 'head');
          const shown = own.map(nameOf);
          // Mail and incoming webhooks cannot be asked what they have shown: only a lost answer repeats one, right away.
          const once = shown.filter((one, index) => one !== shown[index - 1]);
          expect([name, once]).toEqual([name, names]);
          const mayRepeat = name === 'post' || name === 'hook';
          expect([name, mayRepeat ? once.length : shown.length]).toEqual([name, names.length]);
        }
      }
      expect(transitions).toBeGreaterThan(1000);
      expect(end.crashes.count).toBeGreaterThan(200);
    });

    test('the dead channel takes nothing, holds up nobody, and hears all of it once it lives and its letters are sent again', () => {
      expect(end.whileDead).toBe(0);
      expect(end.dead.length).toBeGreaterThan(50);
      // A hint that catches up on many messages under so many faults may use its tries up; those after it go on from there.
      expect(end.dead.filter(({ channel }) => channel !== 'machine').length).toBeLessThan(4);
      expect(end.left).toEqual([]);
    });

    test('each rollout has one thread, whose head tells the end; one alert, which is resolved', () => {
      const { ids, inbox } = end;
      for (const rolloutId of ids) {
        const heads = inbox.slack.posts.filter(
          ({ metadata }) =>
            metadata?.event_payload['rollout'] === rolloutId && metadata.event_payload['key'] === 'head',
        );
        expect(heads.map(({ channel }) => channel).toSorted()).toEqual(['C0CHAT', 'C0CRITICAL']);
        for (const head of heads) expect(head.words).toContain('State: rolled back');
        const alerts = inbox.pagerDuty.alerts.filter(({ key }) => key.startsWith(`sluice/test/${rolloutId}`));
        expect(alerts.map(({ key, status }) => [key, status])).toEqual([
          [`sluice/test/${rolloutId}/RollbackRequested`, 'resolved'],
        ]);
      }
    });
  },
);
