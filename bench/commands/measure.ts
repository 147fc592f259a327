import { setTimeout as sleep } from 'node:timers/promises';
import { versions } from '../../examples/web/versions.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { controlLinks, decideByLink, offeredActions } from '../../local/demo/personal-links.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { sampleApprovers } from '../../local/sample/sample-spec.ts';
import { startSampleRollout } from '../../local/sample/start-rollout.ts';
import type { LocalStack } from '../../local/stack/local-stack.ts';
import type { sluice } from './command-process.ts';

export type Verb = 'pause' | 'resume' | 'promote' | 'abort';

/** One command and when it was what, in milliseconds from its beginning. */
export interface Told {
  readonly verb: Verb;
  /** `command`: from the start of the process; `link`: from the opening of the page. */
  readonly way: 'command' | 'link';
  /** The process ended with 0, or the form was answered. */
  readonly acknowledgedMs: number;
  /** The record that everybody reads said so. */
  readonly visibleMs: number;
  /** `sluice get`, started once it was acknowledged, had printed it. */
  readonly shownMs: number;
  /** Promote: green had the next step's weight. Abort: all traffic was on blue. By the record. */
  readonly effectMs: number | null;
}

const lookEveryMs = 10;
const longestMs = 240_000;

const eventOf = {
  pause: 'RolloutPaused',
  resume: 'RolloutResumed',
  promote: 'StepPromoted',
  abort: 'RollbackRequested',
} as const;

/** What the record says once a command is told, and once it has had its effect. */
interface Signs {
  readonly told: (state: RolloutState) => boolean;
  readonly effect?: (state: RolloutState) => boolean;
}

function signsOf(verb: Verb, { step, weight }: RolloutState): Signs {
  if (verb === 'pause') return { told: ({ paused }) => paused !== undefined };
  if (verb === 'resume') return { told: ({ paused }) => paused === undefined };
  if (verb === 'abort') {
    return {
      told: ({ rollbackSince }) => rollbackSince !== undefined,
      effect: ({ weight: now }) => now === 0,
    };
  }
  return {
    told: (state) => state.promotion !== undefined || state.step > step,
    effect: (state) => state.step > step && state.weight > weight,
  };
}

/** The local stack, and the command that tells its rollouts. */
interface ToldStack extends LocalStack {
  readonly sluice: typeof sluice;
}

/** Rolls a good version out once and tells it each command, by the command line and by link; `abort` by one of the two. */
export async function measureRollout(stack: ToldStack, abortBy: Told['way']): Promise<readonly Told[]> {
  const rolloutId = await startRollout(stack);
  const told = [
    await byCommand(stack, rolloutId, 'pause'),
    await byCommand(stack, rolloutId, 'resume'),
    await byLink(stack, rolloutId, 'pause'),
    await byLink(stack, rolloutId, 'resume'),
    await byCommand(stack, rolloutId, 'promote'),
    await byLink(stack, rolloutId, 'promote'),
    await (abortBy === 'command' ? byCommand : byLink)(stack, rolloutId, 'abort'),
  ];
  await until(stack, rolloutId, (state) => !isActive(state));
  return told;
}

/** A link that offers something by now: each command makes those before it void, and brings everybody another. */
async function linkFor({ aws }: LocalStack, rolloutId: string, verb: Verb): Promise<string> {
  const deadline = performance.now() + longestMs;
  while (performance.now() < deadline) {
    const url = (await controlLinks(aws.inboxUrl, rolloutId, sampleApprovers.length)).at(-1)?.url ?? '';
    if (offeredActions(await (await fetch(url)).text()).includes(verb)) return url;
    await sleep(100);
  }
  throw new Error(`nobody got a link to ${verb} rollout ${rolloutId}; see ${aws.inboxUrl}`);
}

async function startRollout(stack: LocalStack): Promise<string> {
  const { clients } = stack;
  const before = await startSampleRollout(versions.good, stack);
  const deadline = Date.now() + longestMs;
  while (Date.now() < deadline) {
    await sleep(100);
    const newest = (await clients.store.list(sample.service, 1))[0]?.rolloutId;
    if (newest === undefined || newest === before) continue;
    await until({ clients }, newest, ({ phase }) => phase === 'baking');
    return newest;
  }
  throw new Error('No rollout was opened; see .sluice/logs/emulator.log');
}

function byCommand(stack: ToldStack, rolloutId: string, verb: Verb): Promise<Told> {
  // What lets traffic in takes a person of the sample's spec.
  const why = verb === 'abort' ? ['--reason', 'measured'] : ['--as', 'qa'];
  return measure(stack, rolloutId, verb, 'command', () => stack.sluice(stack.aws.environment, verb, rolloutId, ...why));
}

async function byLink(stack: ToldStack, rolloutId: string, verb: Verb): Promise<Told> {
  const url = await linkFor(stack, rolloutId, verb);
  return measure(stack, rolloutId, verb, 'link', () => decideByLink(url, { action: verb, comment: 'measured' }));
}

async function measure(
  stack: ToldStack,
  rolloutId: string,
  verb: Verb,
  way: Told['way'],
  tell: () => Promise<unknown>,
): Promise<Told> {
  const before = await stateOf(stack, rolloutId);
  const { told, effect } = signsOf(verb, before);
  const begun = performance.now();
  const since = () => performance.now() - begun;
  const [visibleMs, [acknowledgedMs, shownMs]] = await Promise.all([
    until(stack, rolloutId, told, begun),
    tell().then(async () => {
      const acknowledged = since();
      const shown = await stack.sluice(stack.aws.environment, 'get', rolloutId, '--json');
      if (!shown.includes(`"${eventOf[verb]}"`)) throw new Error(`sluice get does not show ${verb}`);
      return [acknowledged, since()] as const;
    }),
  ]);
  const effectMs = effect === undefined ? null : await until(stack, rolloutId, effect, begun);
  return { verb, way, acknowledgedMs, visibleMs, shownMs, effectMs };
}

async function stateOf({ clients }: Pick<LocalStack, 'clients'>, rolloutId: string): Promise<RolloutState> {
  const stored = await clients.store.load(rolloutId);
  if (stored === undefined) throw new Error(`rollout ${rolloutId} vanished from the record`);
  return stored.state;
}

/** Looks at the record until it says something; returns how long that was from the given moment. */
async function until(
  stack: Pick<LocalStack, 'clients'>,
  rolloutId: string,
  says: (state: RolloutState) => boolean,
  begun = performance.now(),
): Promise<number> {
  const deadline = performance.now() + longestMs;
  while (performance.now() < deadline) {
    if (says(await stateOf(stack, rolloutId))) return performance.now() - begun;
    await sleep(lookEveryMs);
  }
  throw new Error(`rollout ${rolloutId} did not do as told within ${longestMs / 1000} s; see .sluice/logs`);
}
