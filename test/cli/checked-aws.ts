import { Readable } from 'node:stream';
import * as z from 'zod';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { withServiceDeployments } from '../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import { applicationAutoScalingCapacity } from '../../lib/drivers/slots/application-auto-scaling-capacity.ts';
import { ecsSlotRuntime } from '../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbBalancerFacts } from '../../lib/drivers/slots/elb-balancer-facts.ts';
import { elbTrafficRouter } from '../../lib/drivers/slots/elb-traffic-router.ts';
import { cloudWatchFacts } from '../../lib/platform/cloudwatch-facts.ts';
import { ecrImageFacts } from '../../lib/platform/ecr-image-facts.ts';
import { ecrImageRegistry } from '../../lib/platform/ecr-image-registry.ts';
import { ecsClusterFacts } from '../../lib/platform/ecs-cluster-facts.ts';
import { logGroupFacts } from '../../lib/platform/log-group-facts.ts';
import { modelArns } from '../model/model-world.ts';
import type { CountedAws } from './aws-calls.ts';
import type { FakeCli } from './cli-harness.ts';

const settings = { region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
const asked = z.record(z.string(), z.unknown());
const digest = `sha256:${'a'.repeat(64)}`;
const definition = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7';
const manifest = JSON.stringify({ config: { digest: `sha256:${'c'.repeat(64)}` } });

/** What checks read, by the product's own adapters; each call is counted. Only what no client of AWS is asked for is a fake. */
export function checkedOn(aws: CountedAws, { world }: FakeCli) {
  const client = <Client extends { readonly middlewareStack: { add(middleware: unknown, options: object): void } }>(
    one: Client,
  ) => aws.answering(one, answerOf);
  // Whole task definitions are read from the body of the answer.
  const ecs = new ECSClient({
    ...settings,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Readonly<Record<string, string>>; body: Uint8Array }) => {
        const name = `${headers['x-amz-target']?.split('.').at(-1) ?? ''}Command`;
        const answer = await aws.call(() => answerOf(name, asked.parse(JSON.parse(String.fromCharCode(...body)))));
        return {
          response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(JSON.stringify(answer))]) },
        };
      },
    },
  });
  const elb = client(new ElasticLoadBalancingV2Client(settings));
  const ecr = client(new ECRClient(settings));
  return {
    slots: {
      router: elbTrafficRouter(elb),
      runtime: withServiceDeployments(ecsSlotRuntime(ecs), ecsServiceDeployments(ecs)),
      tasks: aws.seen.tasks,
    },
    registry: ecrImageRegistry(() => ecr),
    checked: {
      capacity: applicationAutoScalingCapacity(client(new ApplicationAutoScalingClient(settings))),
      probe: world.probe,
      facts: {
        ...world.facts,
        ...ecrImageFacts(() => ecr),
        ...elbBalancerFacts(elb),
        ...cloudWatchFacts(client(new CloudWatchClient(settings))),
        ...logGroupFacts(client(new CloudWatchLogsClient(settings))),
        ...ecsClusterFacts(ecs),
      },
    },
  };
}

const forwards = (weights: readonly (readonly [string, number])[]) => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
});
const actions = [
  forwards([
    [modelArns.groupA, 100],
    [modelArns.groupB, 0],
  ]),
];
const container = {
  name: 'app',
  image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web@${digest}`,
  logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web' } },
};
const scaled = { MinCapacity: 1, MaxCapacity: 4 };

/** A good answer of each call that checks make. */
function answerOf(name: string, input: Readonly<Record<string, unknown>>): object {
  const first = (key: string) => (Array.isArray(input[key]) ? String(input[key][0]) : String(input[key]));
  const answers: Readonly<Record<string, () => object>> = {
    DescribeRulesCommand: () => ({
      Rules: [{ RuleArn: first('RuleArns'), Priority: '1', Actions: actions, Conditions: [], IsDefault: false }],
    }),
    DescribeListenersCommand: () => ({
      Listeners: [{ ListenerArn: first('ListenerArns'), Port: 80, Protocol: 'HTTP', DefaultActions: actions }],
    }),
    DescribeLoadBalancersCommand: () => ({
      LoadBalancers: [
        { DNSName: 'front.example', Scheme: 'internet-facing', VpcId: 'vpc-1', State: { Code: 'active' } },
      ],
    }),
    DescribeTargetGroupsCommand: () => ({
      TargetGroups: [
        { TargetGroupArn: first('TargetGroupArns'), TargetGroupName: 'web', Matcher: { HttpCode: '200' } },
      ],
    }),
    DescribeTargetHealthCommand: () => ({ TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' } }] }),
    DescribeServicesCommand: () => ({
      services: [...[{ serviceName: first('services'), status: 'ACTIVE', taskDefinition: definition }]].map((one) => ({
        ...one,
        desiredCount: 1,
        runningCount: 1,
        deployments: [{ id: 'd', status: 'PRIMARY' }],
      })),
    }),
    DescribeClustersCommand: () => ({ clusters: [{ clusterName: 'main', status: 'ACTIVE' }] }),
    ListTasksCommand: () => ({ taskArns: ['task'] }),
    DescribeTasksCommand: () => ({
      tasks: [{ lastStatus: 'RUNNING', containers: [{ name: 'app', imageDigest: digest }] }],
    }),
    DescribeTaskDefinitionCommand: () => ({
      taskDefinition: {
        ...{ taskDefinitionArn: definition, family: 'web', status: 'ACTIVE', containerDefinitions: [container] },
      },
    }),
    DescribeImagesCommand: () => ({
      imageDetails: [{ imageDigest: digest, imageTags: ['411-0000000'], imageSizeInBytes: 1_000_000 }],
    }),
    DescribeRepositoriesCommand: () => ({
      repositories: [{ repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web' }],
    }),
    BatchGetImageCommand: () => ({ images: [{ imageManifest: manifest }] }),
    GetDownloadUrlForLayerCommand: () => ({
      downloadUrl: `data:application/json,${JSON.stringify({ architecture: 'amd64', config: { User: 'app' } })}`,
    }),
    DescribeScalableTargetsCommand: () => ({ ScalableTargets: [{ ResourceId: first('ResourceIds'), ...scaled }] }),
  };
  return answers[name]?.() ?? {};
}
