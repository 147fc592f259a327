import { channelNotifier } from '../../lib/channels/channel-notifier.ts';
import { deliver } from '../../lib/usecases/notifying/deliver.ts';
import { TryLater } from '../../lib/usecases/notifying/try-later.ts';
import type { DeliveryHint } from '../../lib/ports/outbox.ts';
import { MemoryDeliveryMarks } from '../model/memory-delivery-marks.ts';
import { MemoryLinks, MemoryMac } from '../model/memory-links.ts';
import type { ModelWorld } from '../model/model-world.ts';
import { inboxChannels } from '../channels/inbox-channels.ts';
import type { Lines } from './lines.ts';

/** Records what each channel and person is sent, as the vendor gets it, and what a machine or the measures say beside it. */
export async function messagesOf(world: ModelWorld, lines: Lines): Promise<void> {
  lines.add('== messages');
  const notifying = notifyingWorld(world, lines);
  for (const { rolloutId, channel, extra } of world.hints.splice(0)) {
    lines.add(`${channel} of ${rolloutId}`);
    await delivered({ rolloutId, channel, extra }, notifying, lines);
  }
  for (const timer of world.timers) lines.add('reminder', timer, 'reminder');
  for (const page of world.pages) lines.add('page', page);
  for (const measure of world.measured) lines.add('measure', measure, `measure ${measure.name}`);
}

async function delivered(
  hint: Omit<DeliveryHint, 'id'>,
  world: ReturnType<typeof notifyingWorld>,
  lines: Lines,
): Promise<void> {
  try {
    await deliver(hint, world);
  } catch (error) {
    if (!(error instanceof TryLater)) throw error;
    lines.add(`  later: ${error.message}`);
  }
}

/** The product's own channels at an inbox, each request kept as the vendor gets it. */
function notifyingWorld(world: ModelWorld, lines: Lines) {
  const channels = inboxChannels(() => world.time).world;
  const fetchIt: typeof channels.fetchIt = (url, init) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    lines.add(`  POST ${url}`, { headers, body: init.body }, url);
    return channels.fetchIt(url, init);
  };
  const notifier = channelNotifier({
    ...channels,
    fetchIt,
    fetchNamed: fetchIt,
    mailer: {
      send: (from, to, mail) => {
        lines.add(`  mail from ${from}`, { to, mail }, 'mail');
        return channels.mailer.send(from, to, mail);
      },
    },
    bus: {
      put: (name, detail) => {
        lines.add(`  bus ${name}`, detail, 'bus');
        return channels.bus.put(name, detail);
      },
    },
  });
  const { store, outbox, announcer, measures, now, installation } = world;
  const issuer = { mac: new MemoryMac(), links: new MemoryLinks(), linksUrl: 'https://links.example.com/test' };
  return { store, outbox, announcer, measures, now, installation, notifier, marks: new MemoryDeliveryMarks(), issuer };
}
