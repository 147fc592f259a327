import type { Workload } from '../layout/layout.ts';
import type { Revision, ServiceDeployment, ServiceDeployments } from '../service-deployments.ts';
import type { DeploymentProgress, SlotRuntime } from '../slot-runtime.ts';
import { Refusal } from '../../rollout/refusal.ts';

/** Stages in which green does not have all of its tasks yet. */
const before: readonly string[] = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP'];

/** The runtime of the slots, and beside it that of workloads that are one version of two in an ECS service. */
export function withServiceDeployments(slots: SlotRuntime, deployments: ServiceDeployments): SlotRuntime {
  return {
    ...slots,
    deployments,
    async describe(workload) {
      const found = await slots.describe(workload);
      if (workload.targetGroup === undefined || found === undefined) return found;
      const { movesTraffic: _, ...service } = found;
      const own = { ...service, targetGroups: [workload.targetGroup] };
      const newest = await deployments.newest(workload);
      if (newest === undefined) return own;
      const revision = revisionIn(workload, newest);
      // Before its first deployment, and after its last one has been taken back, nothing runs in this half of the pair.
      const runs = revision !== undefined && !isLeft(newest, revision);
      const desired = runs ? service.desired : 0;
      const { taskDefinition = '', running = 0 } = revision ?? {};
      return { ...own, deploymentId: newest.arn, taskDefinition, running, desired };
    },
    async deploy(workload, taskDefinition, count) {
      if (workload.targetGroup === undefined) return slots.deploy(workload, taskDefinition, count);
      const newest = await deployments.newest(workload);
      if (newest?.state === 'underWay' && newest.target.taskDefinition === taskDefinition) return newest.arn;
      throw new Refusal(
        `No deployment of ${taskDefinition} is under way in ECS service ${workload.service}; a deployment of the service starts its rollout.`,
      );
    },
    progress: (workload, deploymentId) =>
      workload.targetGroup === undefined
        ? slots.progress(workload, deploymentId)
        : progressOf(deploymentId, deployments),
    async runningDigests(workload, container) {
      if (workload.targetGroup === undefined) return slots.runningDigests(workload, container);
      const newest = await deployments.newest(workload);
      // A service that no such deployment has touched runs one version.
      if (newest === undefined) return slots.runningDigests(workload, container);
      const revision = revisionIn(workload, newest);
      return revision === undefined || isLeft(newest, revision)
        ? []
        : Object.entries(revision.digests).flatMap(([name, digest]) => (name === container ? [digest] : []));
    },
    async remainingTasks(workload) {
      if (workload.targetGroup === undefined) return slots.remainingTasks(workload);
      const newest = await deployments.newest(workload);
      const revision = newest && revisionIn(workload, newest);
      return { left: revision?.running ?? 0, lastStoppedAt: undefined };
    },
    stopTasks: (workload, keep, reason) =>
      workload.targetGroup === undefined ? slots.stopTasks(workload, keep, reason) : Promise.resolve(0),
    async scale(workload, count) {
      if (workload.targetGroup === undefined) await slots.scale(workload, count);
    },
  };
}

function revisionIn({ targetGroup = '' }: Workload, { source, target }: ServiceDeployment): Revision | undefined {
  if (target.targetGroups.includes(targetGroup)) return target;
  return source?.targetGroups.includes(targetGroup) === true ? source : undefined;
}

/** What ECS ends, or has ended. */
function isLeft({ state, source, target }: ServiceDeployment, revision: Revision): boolean {
  return state === 'succeeded' ? revision === source : state !== 'underWay' && revision === target;
}

async function progressOf(arn: string, deployments: ServiceDeployments): Promise<DeploymentProgress> {
  const deployment = await deployments.read(arn);
  if (deployment === undefined)
    return { state: 'gone', running: 0, desired: 0, reason: `ECS knows no deployment ${arn}` };
  const { state, stage, reason, target } = deployment;
  const { running, desired } = target;
  if (state === 'goingBack')
    return { state: 'failed', running, desired, reason: `ECS takes deployment ${arn} back: ${reason}` };
  if (state === 'stopped')
    return { state: 'gone', running, desired, reason: `deployment ${arn} was replaced by another` };
  return { state: before.includes(stage) ? 'inProgress' : 'completed', running, desired, reason };
}
