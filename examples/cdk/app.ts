import { App, Stack, aws_ec2 as ec2, aws_ecr as ecr, aws_ecs as ecs } from 'aws-cdk-lib';
import { TwoSlots } from './two-slots.ts';

// The settings stand in cdk.json, below `context`; `cdk deploy -c service=api` sets one for a run.
const app = new App({ analyticsReporting: false });
const text = (name: string): string => {
  const value: unknown = app.node.tryGetContext(name);
  if (typeof value !== 'string' || value === '') throw new Error(`cdk.json: context.${name} is missing`);
  return value;
};
const list = (name: string): string[] => {
  const value: unknown = app.node.tryGetContext(name);
  if (!Array.isArray(value) || value.length === 0) throw new Error(`cdk.json: context.${name} is no list`);
  return value.map(String);
};

const stack = new Stack(app, text('service'));
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: text('vpcId'),
  availabilityZones: list('subnets').map((_, index) => `zone-${index}`),
  privateSubnetIds: list('subnets'),
});
const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: text('cluster'), vpc });
new TwoSlots(stack, 'TwoSlots', {
  service: text('service'),
  stage: text('stage'),
  cluster,
  subnetIds: list('subnets'),
  balancerSecurityGroup: ec2.SecurityGroup.fromSecurityGroupId(
    stack,
    'BalancerSecurityGroup',
    text('balancerSecurityGroup'),
  ),
  listenerArn: text('listenerArn'),
  priority: 100,
  paths: ['/*'],
  repository: ecr.Repository.fromRepositoryName(stack, 'Repository', text('repository')),
  firstImage: text('firstImage'),
  port: 8080,
  healthPath: '/health',
  cpu: 256,
  memory: 512,
});
app.synth();
