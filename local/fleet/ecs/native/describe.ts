import {
  liveTasks,
  type Deployment,
  type EcsModel,
  type Service,
  isUnderWay,
  type ServiceDeployment,
} from '../model.ts';

/** As DescribeServiceDeployments answers it. */
export function describeServiceDeployment(model: EcsModel, deployment: ServiceDeployment): object {
  const { service, source, target, leftover, weight, testWeight } = deployment;
  // What an interrupted deployment has moved is still with its target, until that is taken back.
  const left = 100 - weight - (leftover?.weight ?? 0);
  const sources = [
    ...(source === undefined ? [] : [summary(model, service, source, 100 - testWeight, left)]),
    ...(leftover === undefined ? [] : [summary(model, service, leftover.target, 0, leftover.weight)]),
  ];
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: deployment.createdAt,
    startedAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
    updatedAt: deployment.updatedAt,
    sourceServiceRevisions: sources,
    targetServiceRevision: summary(model, service, target, testWeight, weight),
    status: deployment.status,
    statusReason: deployment.statusReason,
    lifecycleStage: deployment.stage,
    lifecycleHookDetails: deployment.pauses.map(({ hookId, status, expiresAt, timeoutAction }) => ({
      ...{ hookId, targetType: 'PAUSE', status, expiresAt, timeoutAction },
    })),
    deploymentConfiguration: deployment.configuration,
    rollback:
      deployment.rolledBackAt === undefined
        ? undefined
        : {
            reason: deployment.statusReason,
            startedAt: deployment.rolledBackAt,
            serviceRevisionArn: source?.revisionArn,
          },
    deploymentCircuitBreaker: { status: 'DISABLED', failureCount: 0, threshold: 0 },
    alarms: { status: 'DISABLED', alarmNames: [], triggeredAlarmNames: [] },
  };
}

/** As ListServiceDeployments answers it. */
export function describeBriefly(deployment: ServiceDeployment): object {
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.service.arn,
    clusterArn: deployment.service.cluster.arn,
    createdAt: deployment.createdAt,
    startedAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
    targetServiceRevisionArn: deployment.target.revisionArn,
    status: deployment.status,
    statusReason: deployment.statusReason,
  };
}

/** As DescribeServiceRevisions answers it: `resolvedConfiguration` says in which target group of its pair it is. */
export function describeRevision(model: EcsModel, service: Service, revision: Deployment): object {
  const digest = [...model.tasks.values()].find(
    ({ deployment, imageDigest }) => deployment === revision && imageDigest !== undefined,
  )?.imageDigest;
  return {
    serviceRevisionArn: revision.revisionArn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: revision.taskDefinition.arn,
    launchType: 'FARGATE',
    loadBalancers: revision.requestedBindings,
    containerImages: revision.taskDefinition.containers.map(({ name, image }, index) => ({
      containerName: name,
      image,
      ...(index === 0 && digest !== undefined && { imageDigest: digest }),
    })),
    guardDutyEnabled: false,
    createdAt: revision.createdAt,
    resolvedConfiguration: {
      loadBalancers: revision.bindings.map(({ targetGroupArn, advancedConfiguration }) => ({
        targetGroupArn,
        productionListenerRule: advancedConfiguration?.productionListenerRule,
      })),
    },
  };
}

/** What DescribeServices says of them, where ECS moves the traffic of a service. */
export function currentDeployment(model: EcsModel, service: Service): object {
  const own = [...model.serviceDeployments.values()].filter((deployment) => deployment.service === service);
  if (own.length === 0) return {};
  return {
    currentServiceDeployment: own.findLast(isUnderWay)?.arn,
    currentServiceRevisions: service.deployments.map((revision) => {
      const { arn, ...counts } = summary(model, service, revision, 0, 0);
      const { requestedTaskCount, runningTaskCount, pendingTaskCount } = counts;
      return { arn, requestedTaskCount, runningTaskCount, pendingTaskCount };
    }),
  };
}

function summary(model: EcsModel, service: Service, revision: Deployment, testWeight: number, weight: number) {
  const live = liveTasks(model, service).filter(({ deployment }) => deployment === revision);
  const running = live.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
  return {
    arn: revision.revisionArn,
    requestedTaskCount: live.length,
    runningTaskCount: running,
    pendingTaskCount: live.length - running,
    requestedTestTrafficWeight: testWeight,
    requestedProductionTrafficWeight: weight,
  };
}
