import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { ModelWorld } from '../model/model-world.ts';
import { walk } from '../model/walk.ts';
import { everyChannel, settingsOf } from '../channels/inbox-channels.ts';
import type { Play } from '../statemachines/plays.ts';
import { twoPushes } from '../statemachines/two-pushes.ts';
import { commandOutputOf } from './command-output.ts';
import type { Lines } from './lines.ts';
import { messagesOf } from './messages.ts';
import { observePorts, type PortCall } from './sdk/calls.ts';
import { Replay } from './sdk/replay.ts';
import { copied } from './values.ts';
import { atVirtualTime } from './virtual-date.ts';
import { writeRequest } from './sdk/write-request.ts';

/** What a walk did, in order. */
type Happening =
  | { readonly kind: 'task'; readonly time: number; readonly words: string; readonly value: unknown }
  | { readonly kind: 'claim'; readonly rolloutId: string; readonly fence: number; readonly by: string }
  | ({ readonly kind: 'call' } & PortCall);

/**
 * Writes one story on the model, with every kind of channel, into a record: each task with its input and output, the requests that AWS is sent for
 * it, then the events, the messages to people and what the command line shows.
 */
export async function writeWalk(play: Play, lines: Lines): Promise<void> {
  const world = await twoPushes();
  const happenings: Happening[] = [];
  const replay = new Replay();
  withEveryChannel(world.store);
  await world.store.putSpec(notNull(await world.store.spec('web')).spec, 'a test', world.now().toISOString());
  const begin = world.time;
  observePorts(world, replay.adapters, (call) => happenings.push({ kind: 'call', ...call }));
  observeClaims(world, happenings);
  await atVirtualTime(
    () => world.time,
    () => played(play, world, happenings),
  );

  for (const happening of happenings) await write(happening, { lines, replay, begin });
  await writeEvents(world, lines);
  await messagesOf(world, lines);
  await commandOutputOf(world, lines);
}

function notNull<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the model has no spec');
  return value;
}

/** Has every spec that is applied notify every kind of channel, unless it names its own. */
function withEveryChannel(store: Pick<RolloutStore, 'putSpec'>): void {
  const put = store.putSpec.bind(store);
  store.putSpec = (spec, ...rest) => {
    const hasOwn = spec.notifications.channels.length > 0;
    return put(hasOwn ? spec : { ...spec, notifications: settingsOf({ channels: everyChannel }) }, ...rest);
  };
}

/** The machine claims with a call of its own, which the model answers in the store. */
function observeClaims({ store }: ModelWorld, happenings: Happening[]): void {
  const claim = store.claim.bind(store);
  store.claim = (rolloutId, ...rest) => {
    const claimed = claim(rolloutId, ...rest);
    if (claimed !== undefined) {
      happenings.push({ kind: 'claim', rolloutId, fence: claimed.fence, by: claimed.claimedBy ?? '' });
    }
    return claimed;
  };
}

async function played(play: Play, world: ModelWorld, happenings: Happening[]): Promise<void> {
  const tell = (words: string, value?: unknown) =>
    happenings.push({ kind: 'task', time: world.time, words, value: copied(value) });
  await play({
    world,
    walk: async (machine, input, options = {}, executionName = 'execution-1') => {
      tell(`${machine} ${executionName} begins`, input);
      const { end } = await walk(
        machine,
        input,
        world,
        {
          ...options,
          before: (state, model, of, given) => {
            tell(`${of}/${state} <-`, given);
            options.before?.(state, model, of, given);
          },
          answer: (state, output, of) => {
            const given = options.answer === undefined ? output : options.answer(state, output, of);
            tell(`${of}/${state} ->`, given);
            return given;
          },
        },
        executionName,
      );
      tell(`${machine} ${executionName} ends`, end);
      return { end };
    },
  });
}

interface Writing {
  readonly lines: Lines;
  readonly replay: Replay;
  readonly begin: number;
}

async function write(happening: Happening, { lines, replay, begin }: Writing): Promise<void> {
  if (happening.kind === 'claim') {
    replay.claimed(happening.rolloutId, happening.fence, happening.by);
    return;
  }
  if (happening.kind === 'task') {
    if (lines.isBrief && happening.words.endsWith('<-')) return;
    lines.add(`+${String((happening.time - begin) / 1000)}s ${happening.words}`, happening.value, happening.words);
    return;
  }
  const { sent, failed } = await atVirtualTime(
    () => happening.facts.time,
    () => replay.requestsOf(happening),
  );
  for (const request of sent) writeRequest(request, lines);
  if (failed !== undefined) lines.add(`    fails: ${failed}`);
}

async function writeEvents({ store }: ModelWorld, lines: Lines): Promise<void> {
  for (const { rolloutId } of await store.list('web', 99)) {
    lines.add(`== events of ${rolloutId}`);
    for (const { sequence, at, event } of await store.events(rolloutId, 0)) {
      lines.add(`${String(sequence)} ${at} ${event.type}`, event, event.type);
    }
    lines.add('== state', (await store.load(rolloutId))?.state);
  }
  lines.add('== service', await store.service('web'));
}
