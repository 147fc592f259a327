import { parseElbArn } from '../../drivers/layout/elb-arn.ts';
import type { ServiceLook } from '../../drivers/service-look.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { tasksOf } from '../live/tasks-of.ts';
import type { ParameterValues } from './stack-template.ts';

type Recorded = Pick<RolloutStore, 'services' | 'service' | 'spec' | 'load'>;
type Look = Pick<ServiceLook, 'services' | 'taskDefinition'>;

/** Returns whether values of parameters leave out anything that a service could need. */
export function narrows(values: ParameterValues): boolean {
  return limitsSecrets(values) || lists.some((name) => isNarrow(name, values));
}

const lists = ['Balancers', 'Clusters', 'TaskDefinitions', 'TaskRoles'];

function isNarrow(parameter: string, values: ParameterValues): boolean {
  return (values[parameter] ?? '*') !== '*';
}

function limitsSecrets({ Secrets = '' }: ParameterValues): boolean {
  return Secrets !== '';
}

/**
 * Returns what applied specs, and rollouts under way, need that the stage could not change or read any more with these values, a line each.
 * Without its load balancer's name nobody could put the traffic of a service back.
 * @param look called where the values limit task definitions or their roles, which no spec names
 */
export async function lostNames(
  values: ParameterValues,
  store: Recorded,
  look: () => Promise<Look>,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const service of await store.services()) {
    const [applied, { lockedBy }] = await Promise.all([store.spec(service), store.service(service)]);
    const running = lockedBy === undefined ? undefined : await store.load(lockedBy);
    if (applied !== undefined) lost.push(...outside(applied.spec, `the spec of ${service}`, values));
    if (running !== undefined) lost.push(...outside(running.state.spec, `rollout ${running.state.rolloutId}`, values));
    const spec = applied?.spec ?? running?.state.spec;
    if (spec !== undefined && ['TaskDefinitions', 'TaskRoles'].some((name) => isNarrow(name, values)))
      lost.push(...(await outsideOfTasks(spec, values, await look())));
  }
  return lost;
}

function outside(spec: RolloutSpec, of: string, values: ParameterValues): string[] {
  const balancers = trafficOf(spec).map((target) => {
    const arn = 'rule' in target ? parseElbArn(target.rule, 'listener rule') : parseElbArn(target.listener, 'listener');
    return arn?.balancer?.split('/')[1] ?? '';
  });
  return [
    ...missing('Balancers', balancers, values).map((name) => `${of}: load balancer ${name} (parameter Balancers)`),
    ...missing('Clusters', [workloadOf(spec, 'a').cluster], values).map(
      (name) => `${of}: cluster ${name} (parameter Clusters)`,
    ),
    ...secretsOutside(spec, values).map((name) => `${of}: secret ${name} (parameter Secrets)`),
  ];
}

function secretsOutside(spec: RolloutSpec, values: ParameterValues): readonly string[] {
  if (!limitsSecrets(values)) return [];
  const named = [...JSON.stringify(spec).matchAll(/"(?:ssm:\/|secretsmanager:)(sluice\/[\w+=.@/-]+)/g)];
  return [...new Set(named.map(([, name = '']) => name))].filter((name) => !name.startsWith(`${values['Secrets']}/`));
}

async function outsideOfTasks(spec: RolloutSpec, values: ParameterValues, look: Look): Promise<readonly string[]> {
  const { families, roles } = await tasksOf(spec, look);
  const of = `the tasks of ${spec.service}`;
  const names = roles.map((arn) => arn.slice(arn.indexOf(':role/') + ':role/'.length));
  return [
    ...missing('TaskDefinitions', families, values).map(
      (name) => `${of}: task definition ${name} (parameter TaskDefinitions)`,
    ),
    ...missing('TaskRoles', names, values).map((name) => `${of}: role ${name} (parameter TaskRoles)`),
  ];
}

function missing(parameter: string, needed: readonly string[], values: ParameterValues): readonly string[] {
  const names = (values[parameter] ?? '*').split(',');
  const isWithin = (name: string) =>
    names.some((one) => one === name || one === '*' || (one.endsWith('/*') && name.startsWith(one.slice(0, -1))));
  return [...new Set(needed)].filter((name) => !isWithin(name));
}
