import { expect, test } from '@jest/globals';
import type { Message } from '../../../lib/messages/message.ts';
import { deliver } from '../../../lib/usecases/notifying/deliver.ts';
import { receivePush } from '../../../lib/usecases/opening/receive-push.ts';
import { receiveRequest, receiveRequestInput } from '../../../lib/usecases/opening/receive-request.ts';
import { MemoryDeliveryMarks } from '../../model/memory-delivery-marks.ts';
import { MemoryLinks, MemoryMac } from '../../model/memory-links.ts';
import { digestOf, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { walk } from '../../model/walk.ts';
import { ciEvent, push } from '../use-cases.ts';

const eventId = '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa';

/** From the event to the last notification, in process. */
async function followed(start: (world: ModelWorld) => Promise<unknown>) {
  const world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'), 0.3);
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
  await start(world);
  await walk('rollout', world.started[0]?.input, world);

  const told: Message[] = [];
  const { store, outbox, now, installation } = world;
  const notifier = {
    send: ({ message }: { readonly message: Message }) => {
      told.push(message);
      return Promise.resolve();
    },
  };
  const issuer = { mac: new MemoryMac(), links: new MemoryLinks(), linksUrl: 'https://links.example.com' };
  const marks = new MemoryDeliveryMarks();
  for (const { rolloutId, channel } of world.hints) {
    await deliver({ rolloutId, channel }, { store, outbox, now, installation, marks, notifier, issuer });
  }
  const [rollout] = await store.list('web', 1);
  const state = (await store.load(rollout?.rolloutId ?? ''))?.state;
  return { state, announced: world.announcements, told };
}

test.each<[string, string, (world: ModelWorld) => Promise<unknown>]>([
  ['a push', eventId, (world) => receivePush({ ...push, id: eventId }, world)],
  ['a request', eventId, (world) => receiveRequest(receiveRequestInput.parse({ ...ciEvent(), id: eventId }), world)],
  ['a request with a trace', 'Root=1-2', (world) => receiveRequest(ciEvent({ traceId: 'Root=1-2' }), world)],
])('the trace of %s stands in the record, in every announcement and in every notification', async (_, trace, start) => {
  const { state, announced, told } = await followed(start);

  expect(state).toMatchObject({ phase: 'rolledBack', traceId: trace });
  expect(announced.at(-1)).toMatchObject({ type: 'RolledBack' });
  expect(new Set(announced.map(({ traceId }) => traceId))).toEqual(new Set([trace]));
  expect(told.length).toBe(announced.length);
  expect(new Set(told.map(({ traceId }) => traceId))).toEqual(new Set([trace]));
});

test('an id that is no trace starts the rollout all the same, with one of its own', async () => {
  const event = receiveRequestInput.parse({ ...ciEvent(), id: 'no trace\n' });
  const { state } = await followed((world) => receiveRequest(event, world));

  expect(state?.traceId).toMatch(/^[0-9a-f]{32}$/);
});
