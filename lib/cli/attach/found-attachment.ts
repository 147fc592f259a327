import type { Hindrance } from '../../drivers/attachment.ts';
import { weightsOfSteps } from '../../drivers/attachment.ts';
import type { DeploymentSettings, TrafficBinding } from '../../drivers/deployment-settings.ts';
import { forwardsAlone } from '../../drivers/rules/kept-actions.ts';
import type { ServiceFacts, ServiceLook } from '../../drivers/service-look.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { CliFailure } from '../cli-failure.ts';
import { activeService } from '../init/active-service.ts';
import type { FoundRule } from '../init/found-rule.ts';
import { balancedGroups, type FoundService, managementPortOf, rulesOf } from '../init/found-service.ts';

interface Asked {
  readonly cluster: string;
  readonly service: string;
  readonly container: string | undefined;
}

/** A service whose traffic ECS moves, as a spec and its hooks are made of. */
export interface FoundAttachment {
  readonly service: FoundService;
  readonly settings: DeploymentSettings;
  /** What ECS gives a new version, one after the other. */
  readonly weights: readonly number[];
}

/** A binding with all that ECS moves traffic with. */
type Pair = TrafficBinding & { readonly alternate: string; readonly rule: string };

/**
 * Finds a service whose deployments can wait for Sluice: its strategy, its pair of target groups and the rule in front of them.
 * @throws CliFailure with everything that is missing or does not fit, each with what to change
 */
export async function findAttachment(asked: Asked, look: ServiceLook): Promise<FoundAttachment> {
  const facts = await activeService(asked.cluster, asked.service, look);
  const { deploys: settings } = facts;
  const weights = settings === undefined ? [] : weightsOfSteps(settings);
  const pair = pairOf(settings);
  const lacks = [
    ...kindLacks(facts),
    ...strategyLacks(facts),
    ...('found' in weights ? [weights] : []),
    ...('found' in pair ? [pair] : []),
  ];
  if (settings === undefined || lacks.length > 0 || 'found' in weights || 'found' in pair) throw unfit(asked, lacks);
  const ofGroups = [pair.targetGroup, pair.alternate];
  const groups = await balancedGroups(facts, look, ofGroups);
  const rules = await rulesOf(groups, look);
  const rule = rules.find(({ arn, isDefault }) => arn === pair.rule && !isDefault);
  const ofRule = ruleLacks(
    pair,
    rule,
    groups.map(({ arn }) => arn),
  );
  if (rule === undefined || ofRule.length > 0) throw unfit(asked, ofRule);
  const container = asked.container ?? facts.bindings[0]?.container ?? '';
  return {
    settings,
    weights,
    service: {
      cluster: asked.cluster,
      slots: [
        { service: facts.service, targetGroups: [pair.targetGroup] },
        { service: facts.service, targetGroups: [pair.alternate] },
      ],
      rules: [rule],
      container,
      image: await imageOf(facts, container, look),
      healthPath: groups[0]?.healthPath,
      managementPort: managementPortOf(groups[0], facts),
    },
  };
}

function kindLacks({ controller, scheduling }: ServiceFacts): readonly Hindrance[] {
  if (controller !== 'ECS')
    return [
      {
        found: `it is deployed by ${controller}, whose deployments have no pause hooks`,
        fix: 'deploymentController.type ECS, which UpdateService can change from CODE_DEPLOY',
      },
    ];
  if (scheduling === 'REPLICA') return [];
  return [{ found: `it is scheduled as ${scheduling}`, fix: 'a service with schedulingStrategy REPLICA' }];
}

function strategyLacks({ controller, deploys }: ServiceFacts): readonly Hindrance[] {
  if (controller !== 'ECS' || (deploys !== undefined && deploys.strategy !== 'ROLLING')) return [];
  return [
    {
      found: 'its deployment strategy is ROLLING, in which ECS moves no traffic by weights',
      fix: 'deploymentConfiguration.strategy LINEAR, CANARY or BLUE_GREEN; or two slots, with sluice init',
    },
  ];
}

function pairOf(settings: DeploymentSettings | undefined): Pair | Hindrance {
  const [binding, ...more] = settings?.bindings ?? [];
  if (binding === undefined)
    return {
      found: 'it registers with no target group, so there is no traffic to split',
      fix: 'a target group behind an Application Load Balancer',
    };
  if (more.length > 0)
    return {
      found: `it registers with ${more.length + 1} target groups, and a rollout moves the traffic of one pair`,
      fix: 'one entry in loadBalancers',
    };
  const { alternate, rule, role } = binding;
  const missing = [
    alternate === undefined ? 'alternateTargetGroupArn' : [],
    rule === undefined ? 'productionListenerRule' : [],
    role === undefined ? 'roleArn' : [],
  ].flat();
  if (alternate === undefined || rule === undefined || role === undefined)
    return {
      found: `advancedConfiguration of target group ${binding.targetGroup} has no ${missing.join(', no ')}`,
      fix: 'all three in loadBalancers: a second target group, the listener rule in front of both, and a role with AmazonECSInfrastructureRolePolicyForLoadBalancers',
    };
  return { ...binding, alternate, rule };
}

function ruleLacks(
  { targetGroup, alternate, rule: arn }: Pair,
  rule: FoundRule | undefined,
  present: readonly string[],
): readonly Hindrance[] {
  const gone = [targetGroup, alternate].filter((group) => !present.includes(group));
  if (gone.length > 0)
    return [{ found: `there is no target group ${gone.join(', none ')}`, fix: 'target groups that are there' }];
  if (rule === undefined)
    return [
      {
        found: `${arn} is no listener rule that forwards to its target groups`,
        fix: 'a productionListenerRule that is there; a default action cannot be one',
      },
    ];
  const absent = [targetGroup, alternate].filter((group) => !rule.groups.includes(group));
  const lacks: Hindrance[] = [];
  if (absent.length > 0)
    lacks.push({
      found: `the rule ${arn} does not name ${absent.join(' and ')}, and ECS refuses to shift such a rule`,
      fix: 'both target groups in its forward action, with weights 100 and 0',
    });
  if (!forwardsAlone(rule.actions))
    lacks.push({
      found: `the rule ${arn} has other actions than forward, and ECS refuses to shift such a rule`,
      fix: 'a rule that forwards alone; log users in elsewhere',
    });
  return lacks;
}

async function imageOf({ taskDefinition }: ServiceFacts, container: string, look: ServiceLook): Promise<string> {
  const definition = await look.taskDefinition(taskDefinition);
  const containers = new Map(Object.entries(definition?.containers ?? {}));
  if (definition !== undefined && !containers.has(container)) {
    throw new CliFailure(
      `${definition.arn} has no container ${container}. Name one with --container: ${[...containers.keys()].join(', ')}`,
    );
  }
  return containers.get(container)?.image ?? '';
}

function unfit({ cluster, service }: Asked, lacks: readonly Hindrance[]): CliFailure {
  const sentences = lacks.map(({ found, fix }) => `${found}; expected ${fix}`).join('. ');
  return new CliFailure(
    printable(
      `ECS service ${service} in cluster ${cluster} cannot be attached; nothing was written. ${sentences}. Change that in your infrastructure code, then run sluice attach again.`,
    ),
  );
}
