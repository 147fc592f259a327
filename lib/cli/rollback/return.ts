import type { Retention, RolloutSummary } from '../../ports/rollout-store.ts';
import { lastKnownGood } from '../../usecases/opening/last-known-good.ts';
import { rolloutThatProves, rolloutsLookedThrough } from '../../usecases/opening/version-that-served.ts';
import { CliFailure, type CliContext, type Stack } from '../cli-context.ts';
import type { StartRequest } from '../../usecases/people/command-request.ts';
import type { callerNames } from '../caller-names.ts';
import { haveStopped, startedArn } from '../have-done.ts';
import { confirm } from '../confirm.ts';
import { type FollowOptions, startAndFollow } from '../start-and-follow.ts';

export interface ReturnRequest {
  readonly service: string;
  readonly reason: string;
  readonly by: string;
  readonly names: ReturnType<typeof callerNames>;
}

export interface ReturnOptions extends FollowOptions {
  readonly yes?: boolean;
}

/** Back to the former version, which is still kept: scaled up, then given all traffic. */
export async function returnToKept(
  request: ReturnRequest,
  retention: Retention | undefined,
  options: ReturnOptions,
  stack: Stack,
  context: CliContext,
): Promise<void> {
  const { service } = request;
  if (retention === undefined) {
    const known = await versionsOf(service, stack);
    const list = known.map(({ image, rolloutId }) => `${image} (${rolloutId})`).slice(0, 5);
    throw new CliFailure(
      `No rollout of ${service} runs and no former version is kept, so there is nothing to go straight back to. ${list.length > 0 ? `Name an earlier version with --to; the newest were ${list.join(', ')}.` : 'No earlier version is in the record; start one with: sluice start.'}`,
    );
  }
  const what = `${service} will return to the version before ${retention.rolloutId} (${retention.digest ?? 'of unknown digest'}, kept in slot ${retention.slot}).`;
  await confirm(what, options.yes, context);
  await start(request, { rollback: { to: 'kept', reason: request.reason } }, options, stack, context);
}

/** Back to a named version of the record: a rollout of its image, with the steps that the spec has for that. */
export async function returnToEarlier(
  request: ReturnRequest,
  wanted: string,
  retention: Retention | undefined,
  options: ReturnOptions,
  stack: Stack,
  context: CliContext,
): Promise<void> {
  const digest =
    wanted === 'last-known-good'
      ? await goodDigest(request.service, stack, context)
      : await digestOf(request.service, wanted, stack);
  if (digest === retention?.digest) return returnToKept(request, retention, options, stack, context);
  await confirm(`${request.service} will be rolled back to ${wanted} (${digest}), step by step.`, options.yes, context);
  const rollback = { to: 'version', reason: request.reason } as const;
  await start(request, { image: digest, rollback }, options, stack, context);
}

/** The newest version that served without being rolled back and can be brought back; says what is newer and why it is not taken. */
async function goodDigest(
  service: string,
  { store, registry }: Pick<Stack, 'store' | 'registry'>,
  { err }: CliContext,
): Promise<string> {
  const applied = await store.spec(service);
  if (applied === undefined) throw new CliFailure(`No spec is applied for service "${service}".`);
  const found = await lastKnownGood(service, applied.spec.image, { store, registry: await registry() });
  for (const line of found.passedOver) err(`Passed over: ${line}`);
  if ('digest' in found) return found.digest;
  throw new CliFailure(
    `No version of ${service} is known to be good: none of the last ${rolloutsLookedThrough} rollouts shows one that served without being rolled back, beside the one that serves, and whose image is there. To bring in another image: sluice start ${service} --image …`,
  );
}

/** Versions that served everything once, newest first. */
async function versionsOf(service: string, { store }: Stack): Promise<readonly RolloutSummary[]> {
  return (await store.list(service, rolloutsLookedThrough)).filter(({ phase }) => phase === 'succeeded');
}

/** The digest that the record has for a version: a tag may have moved since. */
async function digestOf(service: string, wanted: string, stack: Stack): Promise<string> {
  const known = await versionsOf(service, stack);
  const named = known.find(({ rolloutId, image }) => wanted === rolloutId || wanted === image);
  const digest = named && (await stack.store.load(named.rolloutId))?.state.image.digest;
  if (digest !== undefined) return digest;
  if (wanted.startsWith('sha256:') && (await rolloutThatProves(service, wanted, stack)) !== undefined) return wanted;
  const names = known.slice(0, 5).map(({ image, rolloutId }) => `${image} (${rolloutId})`);
  throw new CliFailure(
    `No version "${wanted}" of ${service} served everything in the last ${rolloutsLookedThrough} rollouts. ${names.length > 0 ? `The newest are ${names.join(', ')}.` : 'None did.'} To bring in an image that is not in the record: sluice start ${service} --image ${wanted}`,
  );
}

async function start(
  { service, by, names }: ReturnRequest,
  input: Pick<StartRequest, 'image'> & {
    readonly rollback: { readonly to: 'kept' | 'version'; readonly reason: string };
  },
  options: ReturnOptions,
  stack: Stack,
  context: CliContext,
): Promise<void> {
  const name = `cli-rb-${service}-${context.now().getTime()}-${context.randomId()}`;
  const request = { command: 'start', service, execution: name, ...names, ...input } as const;
  const directly = async () => {
    const requestedBy = `${by}, without the API`;
    return { execution: await stack.executions.start(name, { service, requestedBy, ...input }) };
  };
  const begin = async () => startedArn(await haveStopped(request, stack, context, directly));
  await startAndFollow({ service, begin, what: 'Started' }, options, stack, context);
}
