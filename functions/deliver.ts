import { links } from '../lib/aws/world/links.ts';
import { linksUrl } from '../lib/aws/world/links-url.ts';
import { mac } from '../lib/aws/world/mac.ts';
import { marks } from '../lib/aws/world/marks.ts';
import { notifier } from '../lib/aws/world/notifier.ts';
import { now } from '../lib/aws/world/clock.ts';
import { outbox, pauseDelivery } from '../lib/aws/world/outbox.ts';
import { store } from '../lib/aws/world/store.ts';
import { surroundings } from '../lib/aws/world/surroundings.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { deliver, deliverInput } from '../lib/tasks/deliver.ts';

const world = { store, marks, notifier, outbox, now, surroundings, issuer: { mac, links, linksUrl } };

/** Trigger: the delivery queue says that a channel has something to hear. */
export const handler = queueHandler(deliverInput, (input) => deliver(input, world), pauseDelivery);
