import { links } from '../../lib/runtime/world/links.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { mac } from '../../lib/runtime/world/mac.ts';
import { marks } from '../../lib/runtime/world/marks.ts';
import { notifier } from '../../lib/runtime/world/notifier.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { outbox, pauseDelivery } from '../../lib/runtime/world/outbox.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { queueHandler } from '../../lib/runtime/queue-handler.ts';
import { deliver, deliverInput } from '../../lib/usecases/notifying/deliver.ts';

const world = { store, marks, notifier, outbox, now, installation, issuer: { mac, links, linksUrl } };

/** Trigger: the delivery queue says that a channel has something to hear. */
export const handler = queueHandler(deliverInput, (input) => deliver(input, world), pauseDelivery);
