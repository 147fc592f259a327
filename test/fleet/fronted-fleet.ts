import { CreateRuleCommand, DescribeRulesCommand, type RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { FleetOptions } from '../../local/fleet/options.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  forward,
  named,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';

/** Matches every request. */
export const everything: RuleCondition[] = [{ Field: 'path-pattern', Values: ['/*'] }];

/** A fleet with a load balancer whose listener and rule forward to two groups; a third one is used by nothing. */
export interface FrontedFleet {
  readonly under: FleetUnderTest;
  readonly loadBalancer: string;
  readonly blue: string;
  readonly green: string;
  readonly loose: string;
  readonly listener: { readonly arn: string; readonly port: number; readonly url: string };
  readonly rule: string;
  readonly defaultRule: string;
}

export async function startFrontedFleet(options: FleetOptions = {}): Promise<FrontedFleet> {
  const under = await startTestFleet(options);
  const blue = await createGroup(under, 'blue');
  const green = await createGroup(under, 'green');
  const loose = await createGroup(under, 'loose');
  const loadBalancer = await createLoadBalancer(under);
  const listener = await createListener(under, loadBalancer, forward([blue, 1], [green, 0]));
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: 10,
      Conditions: everything,
      Actions: [forward([blue, 100], [green, 0])],
    }),
  );
  const rule = named(Rules?.[0]?.RuleArn);
  const { Rules: all } = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));
  const defaultRule = named(all?.find(({ IsDefault }) => IsDefault)?.RuleArn);
  return { under, loadBalancer, blue, green, loose, listener, rule, defaultRule };
}
