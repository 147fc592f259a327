import { requesterOf } from '../attachment.ts';
import type { Driver } from '../driver.ts';
import { workloadOf } from '../shapes/layout-of.ts';
import { deploymentsOf, inOneService, takeBack } from './one-service-driver.ts';

/** Two versions in one ECS service, whose deployments others begin: each starts the rollout that answers its pauses. */
export const ecsNativeDriver: Driver = {
  ...inOneService,
  name: 'ecs-native',
  checks: ['slots', 'protocol', 'stickiness', 'rules', 'blue', 'answer'],
  // What others have begun is the rollout's from its start.
  begun: () => Promise.resolve(undefined),
  remove: async ({ deploymentId }, { runtime }) => {
    return deploymentId === undefined ? 'ended' : takeBack(deploymentId, deploymentsOf(runtime));
  },
  reject: async ({ spec, green, requestedBy }, { runtime }) => {
    const deployments = deploymentsOf(runtime);
    const newest = await deployments.newest(workloadOf(spec, green));
    // A person who tries again is named behind the deployment.
    const isOwn = newest !== undefined && `${requestedBy},`.startsWith(`${requesterOf(newest.arn)},`);
    if (!isOwn || newest.state !== 'underWay' || newest.weight > 0) return;
    for (const hookId of newest.pauses) await deployments.answer(newest.arn, hookId, 'ROLLBACK');
  },
};
