import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { projectRoot } from '../stack/project-root.ts';
import { synthesised } from './cdk.ts';
import { applyTemplate } from './cloudformation.ts';
import type { BlockClients } from './fleet-calls.ts';
import { readTemplate } from './template-text.ts';
import { applyModule } from './terraform.ts';
import { readModule } from './terraform-module.ts';

/** The building blocks of a service: the same two slots, each in one language of infrastructure code. */
export const blocks = ['cloudformation', 'cdk', 'terraform'] as const;
export type Block = (typeof blocks)[number];

/** Where a building block puts a service; the listener and the cluster are there. */
export interface BlockPlace {
  readonly service: string;
  /** The deployed stage of Sluice. */
  readonly stage: string;
  readonly cluster: string;
  readonly repository: string;
  readonly listenerArn: string;
  readonly firstImage: string;
  readonly region: string;
  readonly accountId: string;
}

const examples = path.join(projectRoot, 'examples');
const network = { vpc: 'vpc-1', subnets: ['subnet-1', 'subnet-2'], balancerSecurityGroup: 'sg-1' } as const;
const outputs = z.looseObject({ spec: z.string() });

/**
 * Makes the service of a building block on the fleet, as its tool would: the ECS services, target groups and rule are real there; roles,
 * security groups, log groups and alarms have no part in it, and are only read.
 * @returns the rollout spec that the block puts out
 * @throws Error where a block says what the fleet or this reader does not know, or its tool is not installed
 */
export async function applyBlock(block: Block, place: BlockPlace, clients: BlockClients): Promise<string> {
  switch (block) {
    case 'cloudformation': {
      const text = await readFile(path.join(examples, 'cloudformation', 'service.yml'), 'utf8');
      return applied(text, place, clients, {
        ...{ Service: place.service, Stage: place.stage, Cluster: place.cluster, VpcId: network.vpc },
        ...{ Subnets: network.subnets.join(','), BalancerSecurityGroup: network.balancerSecurityGroup },
        ...{ ListenerArn: place.listenerArn, RepositoryName: place.repository, FirstImage: place.firstImage },
      });
    }
    case 'cdk':
      return applied(await synthesised(contextOf(place)), place, clients, {});
    case 'terraform': {
      const module = await readModule(path.join(examples, 'terraform', 'service'), pythonWithHcl());
      const { service, region, cluster, repository } = place;
      const variables = {
        ...{ service, region, cluster, repository, vpc_id: network.vpc, subnets: network.subnets },
        ...{ balancer_security_group: network.balancerSecurityGroup, listener_arn: place.listenerArn },
        first_image: place.firstImage,
      };
      return outputs.parse(await applyModule(module, { accountId: place.accountId, variables }, clients)).spec;
    }
  }
}

function contextOf({ service, stage, cluster, repository, listenerArn, firstImage }: BlockPlace) {
  const { vpc: vpcId, subnets, balancerSecurityGroup } = network;
  return { service, stage, cluster, repository, listenerArn, firstImage, vpcId, subnets, balancerSecurityGroup };
}

async function applied(
  text: string,
  { service: stackName, region, accountId, stage }: BlockPlace,
  clients: BlockClients,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const weights: Readonly<Record<string, string>> = {
    [`/sluice/${stage}/weights/${stackName}/a`]: '100',
    [`/sluice/${stage}/weights/${stackName}/b`]: '0',
  };
  const ssm = (name: string): Promise<string> => {
    const value = weights[name];
    return value === undefined ? Promise.reject(new Error(`there is no parameter ${name}`)) : Promise.resolve(value);
  };
  const made = await applyTemplate(readTemplate(text), { stackName, region, accountId, parameters, ssm }, clients);
  // The CDK puts the construct's path before the name of an output.
  const spec = Object.entries(made).find(([name]) => /(^|[a-z])Spec([0-9A-F]{8})?$/.test(name))?.[1];
  if (spec === undefined) throw new Error(`the template has no output Spec, only ${Object.keys(made).join(', ')}`);
  return spec;
}

function pythonWithHcl(): string {
  const python = path.join(projectRoot, '.sluice', 'opinions', 'bin', 'python');
  if (!existsSync(python))
    throw new Error('python-hcl2 is not installed: run `node scripts/setup.mjs --opinions`, then start again');
  return python;
}
