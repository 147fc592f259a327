import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isStartedByDeployments, pausesFor, requesterOf } from '../../drivers/attachment.ts';
import type { ServiceDeployment } from '../../drivers/service-deployments.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Part } from '../../ports/world.ts';

/**
 * A pause hook of an ECS deployment waits, as EventBridge delivers it
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_hook_state_change_events.html). `local.ecs` stands in for ECS where
 * events of AWS cannot be put.
 */
export const receiveHookInput = z.object({
  /** Its trace, up to the last notification. */
  id: z.string().regex(/^[\w:=;.-]{1,128}$/),
  source: z.enum(['aws.ecs', 'local.ecs']),
  'detail-type': z.literal('ECS Hook State Change'),
  detail: z.object({
    eventName: z.literal('HOOK_AWAITING_ACTION'),
    hookType: z.literal('PAUSE'),
    hookId: z.string().min(1).max(256),
    serviceArn: z.string().regex(/^arn:[\w-]+:ecs:[\w-]+:\d{12}:service\/[\w-]{1,255}\/[\w-]{1,255}$/),
    serviceDeploymentArn: z.string().min(1).max(1024),
  }),
});

interface Output {
  readonly outcome: 'ignored' | 'continued' | 'refused' | 'started' | 'alreadyStarted';
  readonly reason: string;
  readonly service?: string;
}

type Needs = Part<'store' | 'executions' | 'runtime'>;

/**
 * Trigger: starts the rollout of a deployment that a team's CI has begun, at its first pause. The execution's name is made of the
 * deployment, so that the events of its later pauses, and those that come twice, start nothing: the rollout answers them. Where there is
 * nothing to judge, the pause is answered at once.
 * @throws Error where ECS does not tell the digest of the new version: the event is delivered again
 */
export async function receiveHook({ id, detail }: z.output<typeof receiveHookInput>, world: Needs): Promise<Output> {
  const { deployments } = world.runtime;
  const spec = await specOf(detail.serviceArn, world);
  if (spec === undefined) return { outcome: 'ignored', reason: `no applied spec is attached to ${detail.serviceArn}` };
  const { service } = spec;
  const deployment = await deployments?.read(detail.serviceDeploymentArn);
  if (deployments === undefined || deployment?.pauses.includes(detail.hookId) !== true)
    return { outcome: 'ignored', reason: 'the pause waits no more', service };
  const answersOwn = isStartedByDeployments(spec) ? undefined : await whyLeft(deployment, spec, world);
  if (answersOwn !== undefined) return { outcome: 'ignored', reason: answersOwn, service };
  const nothing = nothingToJudge(deployment, spec.container);
  if (nothing !== undefined) {
    await deployments.answer(deployment.arn, detail.hookId, 'CONTINUE');
    return { outcome: 'continued', reason: nothing, service };
  }
  if (deployment.goesOnAlone) {
    await deployments.answer(deployment.arn, detail.hookId, 'ROLLBACK');
    const reason = 'a pause hook of the service goes on when it times out; its time-out action must be ROLLBACK';
    return { outcome: 'refused', reason, service };
  }
  const digest = new Map(Object.entries(deployment.target.digests)).get(spec.container);
  if (digest === undefined)
    throw new Error(`ECS does not tell the digest of container ${spec.container} in ${deployment.target.arn}.`);
  const key = createHash('sha256').update(deployment.arn).digest('hex').slice(0, 16);
  const { alreadyStarted } = await world.executions.start(`hook-${service}-${key}`, {
    service,
    image: digest,
    taskDefinition: deployment.target.taskDefinition,
    requestedBy: requesterOf(deployment.arn),
    traceId: id,
  });
  return {
    outcome: alreadyStarted ? 'alreadyStarted' : 'started',
    reason: alreadyStarted ? 'the rollout of this deployment was started before' : 'the deployment waits',
    service,
  };
}

/**
 * Why a deployment of a service whose rollouts begin their own is left alone: by the rollout that has begun it, or by people, as nobody
 * but they can judge it. `undefined` where it brings nothing new beside what serves, and no rollout goes on.
 */
async function whyLeft(
  deployment: ServiceDeployment,
  spec: RolloutSpec,
  { store }: Needs,
): Promise<string | undefined> {
  if ((await store.service(spec.service)).lockedBy !== undefined)
    return 'the rollout that goes on answers its own pauses';
  if (nothingToJudge(deployment, spec.container) !== undefined) return undefined;
  return 'no rollout has begun this deployment: it waits until people answer it, or its hook times out';
}

/** The spec whose two versions are in this ECS service. */
async function specOf(serviceArn: string, { store }: Needs): Promise<RolloutSpec | undefined> {
  const [, cluster = '', service = ''] = serviceArn.split('/');
  for (const known of await store.services()) {
    const spec = (await store.spec(known))?.spec;
    if (spec !== undefined && pausesFor(spec, { cluster, service })) return spec;
  }
  return undefined;
}

/** Why a deployment needs no judgement; `undefined` where it brings something new beside what serves. */
function nothingToJudge({ source, sources, target }: ServiceDeployment, container: string): string | undefined {
  if (source === undefined) return 'the first deployment of the service: there is nothing to compare it with';
  // Beside two versions that serve nobody can say that nothing is new.
  if (sources > 1 || source.taskDefinition !== target.taskDefinition) return undefined;
  // A task definition may name a tag that moves: the version is the digest.
  const [was, is] = [source, target].map(({ digests }) => new Map(Object.entries(digests)).get(container));
  return is !== undefined && was === is ? 'the same version is deployed again' : undefined;
}
