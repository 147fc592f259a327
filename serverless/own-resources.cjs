/**
 * What a stage may change of an account, as resources of its roles' policies. The boundary is names in ARNs: a role that may write rules
 * of `app/shop/*` cannot write those of another load balancer, whatever tags they carry.
 *
 * Each list comes from a parameter of `serverless.yml`, such as `balancers`; on the command line it is `--param "balancers=shop,search"`.
 * `*` stands for all of the account and region.
 */

const inRegion = (service, rest) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
});

/** What each list may hold. A name is part of an ARN, so it must not bring `*`, `?`, `$` or `:` of its own. */
const shapes = {
  balancers: /^[A-Za-z0-9-]{1,32}$/,
  clusters: /^[A-Za-z0-9_-]{1,255}$/,
  taskDefinitions: /^[A-Za-z0-9_-]{1,255}$/,
  // A role's name, with its path where it has one; `services/shop/*` is every role of a path.
  requestAccounts: /^(?:own|\d{12})$/,
  taskRoles: /^(?:[\w+=,.@-]+\/){0,10}(?:[\w+=,.@-]{1,64}|\*)$/,
};

/** The names in a list. Throws an error that says what is wrong with the first that cannot be one. */
function namesIn(parameter, value) {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
  if (!Array.isArray(names) || names.length === 0)
    throw new Error(
      `Parameter ${parameter} must be a list of names, or ['*'] for all; it is ${JSON.stringify(value)}.`,
    );
  for (const name of names) {
    if (
      !(name === '*' && parameter !== 'requestAccounts') &&
      !(typeof name === 'string' && shapes[parameter].test(name))
    )
      throw new Error(
        `Parameter ${parameter} holds ${JSON.stringify(name)}, which is no name there (${shapes[parameter].source}).`,
      );
  }
  return names.includes('*') ? ['*'] : [...new Set(names)];
}

/** Reads a list for a variable of `serverless.yml` and makes ARNs of it. */
const resources =
  (parameter, arnsOf) =>
  async ({ resolveVariable }) =>
    namesIn(parameter, await resolveVariable(`param:${parameter}`)).flatMap(arnsOf);

const below = (prefix, name) => (name === '*' ? `${prefix}/*` : `${prefix}/${name}/*`);
const listener = (name) => inRegion('elasticloadbalancing', below('listener/app', name));
const rule = (name) => inRegion('elasticloadbalancing', below('listener-rule/app', name));

module.exports = {
  namesIn,
  listeners: resources('balancers', (name) => [listener(name)]),
  rules: resources('balancers', (name) => [rule(name)]),
  listenersAndRules: resources('balancers', (name) => [listener(name), rule(name)]),
  services: resources('clusters', (name) => [inRegion('ecs', below('service', name))]),
  deployments: resources('clusters', (name) => [inRegion('ecs', below('service-deployment', name))]),
  clusters: resources('clusters', (name) => [inRegion('ecs', `cluster/${name}`)]),
  tasks: resources('clusters', (name) => [inRegion('ecs', below('task', name))]),
  taskDefinitions: resources('taskDefinitions', (name) => [
    inRegion('ecs', name === '*' ? 'task-definition/*' : `task-definition/${name}:*`),
  ]),
  requestAccounts: resources('requestAccounts', (name) => [name === 'own' ? { Ref: 'AWS::AccountId' } : name]),
  taskRoles: resources('taskRoles', (name) => [
    { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name}` },
  ]),
};
