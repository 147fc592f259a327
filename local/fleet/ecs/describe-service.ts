import { currentDeployment } from './native/describe.ts';
import { liveTasks, type Deployment, type EcsModel, type Service, type Task } from './model.ts';

/** A service as DescribeServices answers it. */
export function describeService(model: EcsModel, service: Service): object {
  const live = liveTasks(model, service);
  return {
    launchType: 'FARGATE',
    schedulingStrategy: 'REPLICA',
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    ...service.kept,
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: running(live).length,
    pendingCount: live.length - running(live).length,
    taskDefinition: service.deployments[0]?.taskDefinition.arn,
    loadBalancers: service.loadBalancers,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: { type: 'ECS' },
    deployments: service.deployments.map((deployment) => describeDeployment(deployment, live)),
    ...currentDeployment(model, service),
    events: service.events,
    createdAt: service.createdAt,
    tags: [...service.tags].map(([key, value]) => ({ key, value })),
  };
}

function describeDeployment(deployment: Deployment, live: readonly Task[]): object {
  const own = live.filter((task) => task.deployment === deployment);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinition.arn,
    // An older deployment wants no more than what is left of it.
    desiredCount: deployment.status === 'PRIMARY' ? deployment.desiredCount : own.length,
    runningCount: running(own).length,
    pendingCount: own.length - running(own).length,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    launchType: 'FARGATE',
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

function running(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
}
