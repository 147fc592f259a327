import * as z from 'zod';
import { requestTags, resourceTags, type Right, type RightsAsked, withoutResource } from '../api/rights.ts';
import { type EcsWorld, nameOf, tagList, tagsOf, taskDefinitionNamed } from './world.ts';

const cluster = z.string().default('default');
const oneDeployment = z.object({ serviceDeploymentArn: z.string() }).transform((asked) => asked.serviceDeploymentArn);
const oneService = z.object({ cluster, service: z.string() });

/**
 * The rights that ECS asks for what Sluice does:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function ecsRights({ model, identity }: Pick<EcsWorld, 'model' | 'identity'>): RightsAsked {
  const inCluster = (nameOrArn: string) => ({ 'ecs:cluster': identity.ecsArn(`cluster/${nameOf(nameOrArn)}`) });
  const onService = (name: string, asked: z.output<typeof oneService>): Right => {
    const resource = identity.ecsArn(`service/${nameOf(asked.cluster)}/${nameOf(asked.service)}`);
    const context = { ...inCluster(asked.cluster), ...resourceTags(model.services.get(resource)?.tags) };
    return { action: `ecs:${name}`, resource, context };
  };
  const onTask = (name: string, of: string, task: string): Right => ({
    action: `ecs:${name}`,
    resource: identity.ecsArn(`task/${nameOf(of)}/${nameOf(task)}`),
    context: inCluster(of),
  });
  /** A deployment or a revision of a service: `…:service-deployment/<cluster>/<service>/<id>`. */
  const onPart = (name: string, arn: string): Right => {
    const [, of = '', service = ''] = arn.split('/');
    const context = { ...inCluster(of), 'ecs:service': identity.ecsArn(`service/${of}/${service}`) };
    return { action: `ecs:${name}`, resource: arn, context };
  };
  /** Who describes one needs the service, too: AmazonECS/latest/developerguide/service-deployment-permissions.html */
  const ofService = (name: string, arn: string): readonly Right[] => {
    const [, of = '', service = ''] = arn.split('/');
    return [onPart(name, arn), onService(name, { cluster: of, service })];
  };
  return {
    ...withoutResource('ecs', ['DescribeTaskDefinition', 'ListTaskDefinitions']),
    DescribeClusters: (input) => {
      const asked = z.object({ clusters: z.array(z.string()).default(['default']) }).parse(input);
      return asked.clusters.map((one) => ({
        ...{ action: 'ecs:DescribeClusters', resource: identity.ecsArn(`cluster/${nameOf(one)}`), context: {} },
      }));
    },
    // Services of a cluster are listed as tasks are: the key says which cluster it is.
    ListTasks: (input) => {
      const asked = z.object({ cluster }).parse(input);
      return [{ action: 'ecs:ListTasks', resource: '*', context: inCluster(asked.cluster) }];
    },
    DescribeServices: (input) => {
      const asked = z.object({ cluster, services: z.array(z.string()) }).parse(input);
      return asked.services.map((service) => onService('DescribeServices', { cluster: asked.cluster, service }));
    },
    UpdateService: (input) => [onService('UpdateService', oneService.parse(input))],
    ListServiceDeployments: (input) => [onService('ListServiceDeployments', oneService.parse(input))],
    DescribeServiceDeployments: (input) => {
      const asked = z.object({ serviceDeploymentArns: z.array(z.string()) }).parse(input);
      return asked.serviceDeploymentArns.flatMap((arn) => ofService('DescribeServiceDeployments', arn));
    },
    DescribeServiceRevisions: (input) => {
      const asked = z.object({ serviceRevisionArns: z.array(z.string()) }).parse(input);
      return asked.serviceRevisionArns.flatMap((arn) => ofService('DescribeServiceRevisions', arn));
    },
    ContinueServiceDeployment: (input) => [onPart('ContinueServiceDeployment', oneDeployment.parse(input))],
    StopServiceDeployment: (input) => [onPart('StopServiceDeployment', oneDeployment.parse(input))],
    DescribeTasks: (input) => {
      const asked = z.object({ cluster, tasks: z.array(z.string()) }).parse(input);
      return asked.tasks.map((task) => onTask('DescribeTasks', asked.cluster, task));
    },
    StopTask: (input) => {
      const asked = z.object({ cluster, task: z.string() }).parse(input);
      return [onTask('StopTask', asked.cluster, asked.task)];
    },
    RunTask: (input) => {
      const asked = z.object({ cluster, taskDefinition: z.string() }).parse(input);
      const found = taskDefinitionNamed({ model }, asked.taskDefinition);
      const resource = found?.arn ?? identity.ecsArn(`task-definition/${nameOf(asked.taskDefinition)}`);
      const { taskRoleArn, executionRoleArn } = registration.partial({ family: true }).parse(found?.given ?? {});
      return [
        { action: 'ecs:RunTask', resource, context: inCluster(asked.cluster) },
        ...[taskRoleArn, executionRoleArn].flatMap(passing),
      ];
    },
    RegisterTaskDefinition: (input) => {
      const asked = registration.parse(input);
      const resource = identity.ecsArn(`task-definition/${asked.family}:*`);
      const set = requestTags(tagsOf(asked.tags));
      const tagging = { ...set, 'ecs:CreateAction': 'RegisterTaskDefinition' };
      return [
        { action: 'ecs:RegisterTaskDefinition', resource, context: set },
        ...(asked.tags.length > 0 ? [{ action: 'ecs:TagResource', resource, context: tagging }] : []),
        ...[asked.taskRoleArn, asked.executionRoleArn].flatMap(passing),
      ];
    },
  };
}

const registration = z.object({
  family: z.string(),
  tags: tagList.default([]),
  taskRoleArn: z.string().optional(),
  executionRoleArn: z.string().optional(),
});

/** The caller who registers a definition passes the roles of its tasks. */
function passing(role: string | undefined): readonly Right[] {
  if (role === undefined) return [];
  return [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }];
}
