import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateClusterCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeRulesCommand, DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { lintSpec } from '../../lib/specification/lint.ts';
import { applyBlock, type Block, blocks } from '../../local/blocks/blocks.ts';
import { eventually } from '../setup/eventually.ts';
import { createListener, createLoadBalancer, type FleetUnderTest, startTestFleet } from '../fleet/fleet-under-test.ts';

let under: FleetUnderTest;
/** What each block made: the listener's address and the spec that it put out. */
const made = new Map<Block, { readonly url: string; readonly spec: string }>();

const nameOf = (block: Block) => `web-${block}`.slice(0, 12);

beforeAll(async () => {
  under = await startTestFleet();
  await under.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  // All together: each waits for the health checks of its first task.
  await Promise.all(blocks.map(apply));
}, 1_200_000);

afterAll(async () => {
  await under.stop();
});

async function apply(block: Block): Promise<void> {
  const none = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } } as const;
  const { arn: listenerArn, url } = await createListener(under, await createLoadBalancer(under, nameOf(block)), none);
  const place = {
    ...{ service: nameOf(block), stage: 'production', cluster: 'main', repository: 'shop/web', listenerArn },
    ...{ firstImage: 'registry.test/shop/web:one', region: 'us-east-1', accountId: '000000000000' },
  };
  made.set(block, { url, spec: await applyBlock(block, place, under) });
}

function specOf(block: Block): RolloutSpec {
  const read = parseSpec(made.get(block)?.spec ?? '', 'web.yml');
  if (!read.ok) throw new Error(JSON.stringify(read.findings));
  return read.spec;
}

describe.each(blocks)('the building block in %s', (block: Block) => {
  test('makes a service that serves', async () => {
    const url = `${made.get(block)?.url ?? ''}/health`;
    await eventually('slot a answers', async () => (await fetch(url)).status === 200);

    expect(await (await fetch(url)).json()).toMatchObject({ version: 'one' });
  });

  test('puts out a spec without a finding that names what was made', async () => {
    const spec = specOf(block);
    const { TargetGroups: groups = [] } = await under.elb.send(new DescribeTargetGroupsCommand({}));

    expect(lintSpec(made.get(block)?.spec ?? '', 'web.yml').filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(spec).toMatchObject({ service: nameOf(block), cluster: 'main', taskDefinition: 'latest-of-family' });
    expect(groups.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual(
      expect.arrayContaining([spec.slots.a.targetGroup, spec.slots.b.targetGroup]),
    );
    expect(spec.traffic).toHaveLength(1);
  });

  test('makes slots that differ in their name and target group alone', async () => {
    const { services = [] } = await under.ecs.send(
      new DescribeServicesCommand({ cluster: 'main', services: [`${nameOf(block)}-a`, `${nameOf(block)}-b`] }),
    );
    const [a, b] = services.map(({ deploymentConfiguration, networkConfiguration, taskDefinition, launchType }) => ({
      ...{ deploymentConfiguration, networkConfiguration, taskDefinition, launchType },
    }));

    expect(services.map(({ serviceName }) => serviceName)).toEqual([`${nameOf(block)}-a`, `${nameOf(block)}-b`]);
    expect(a).toEqual(b);
  });

  test('gives all users to slot a', async () => {
    const { slots, traffic } = specOf(block);
    const RuleArns = traffic.flatMap((one) => ('rule' in one ? [one.rule] : []));
    const { Rules: [found] = [] } = await under.elb.send(new DescribeRulesCommand({ RuleArns }));

    expect(found?.Actions?.[0]?.ForwardConfig?.TargetGroups).toEqual([
      { TargetGroupArn: slots.a.targetGroup, Weight: 100 },
      { TargetGroupArn: slots.b.targetGroup, Weight: 0 },
    ]);
  });
});
