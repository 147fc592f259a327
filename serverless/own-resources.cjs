const { patternOf, shapes, slot } = require('./name-slots.cjs');

/**
 * What a stage may change of an account, as resources of its roles' policies. The boundary is names in ARNs: a role that may write rules
 * of `app/shop/*` cannot write those of another load balancer, whatever tags they carry.
 *
 * The names are parameters of the stack, see `name-slots.cjs`. Their values come from parameters of `serverless.yml`, such as `balancers`;
 * on the command line it is `--param "balancers=shop,search"`. `*` stands for all of the account and region.
 */

const inRegion = (service, rest) => `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;

/** What each list may hold. */
const patterns = {
  balancers: new RegExp(`^${shapes.Balancers}$`),
  clusters: new RegExp(`^${shapes.Clusters}$`),
  taskDefinitions: new RegExp(`^${shapes.TaskDefinitions}$`),
  taskRoles: new RegExp(`^${shapes.TaskRoles}$`),
  requestAccounts: /^(?:own|\d{12})$/,
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
      !(typeof name === 'string' && patterns[parameter].test(name))
    )
      throw new Error(
        `Parameter ${parameter} holds ${JSON.stringify(name)}, which is no name there (${patterns[parameter].source}).`,
      );
  }
  return names.includes('*') ? ['*'] : [...new Set(names)];
}

/** Reads a list for a variable of `serverless.yml`. */
const listed =
  (parameter, made) =>
  async ({ resolveVariable }) =>
    made(namesIn(parameter, await resolveVariable(`param:${parameter}`)));

/** Reads a list of another kind for a variable of `serverless.yml`, as the value of a parameter of the stack. */
const joined =
  (parameter, fits) =>
  async ({ resolveVariable }) => {
    const value = await resolveVariable(`param:${parameter}`);
    const list = typeof value === 'string' ? value.split(',').map((one) => one.trim()) : [value].flat();
    return fits(list) ? list.join(',') : '';
  };

const isText = (one) => typeof one === 'string';

/** The value of a parameter of the stack. */
const valueOf = (parameter) => listed(parameter, (names) => names.join(','));

const listener = slot('Balancers', inRegion('elasticloadbalancing', 'listener/app/${Name}/*'));
const rule = slot('Balancers', inRegion('elasticloadbalancing', 'listener-rule/app/${Name}/*'));

module.exports = {
  namesIn,
  patterns: Object.fromEntries(Object.keys(shapes).map((parameter) => [parameter, patternOf(parameter)])),
  balancers: valueOf('balancers'),
  clusters: valueOf('clusters'),
  taskDefinitions: valueOf('taskDefinitions'),
  taskRoles: valueOf('taskRoles'),
  listeners: [listener],
  rules: [rule],
  listenersAndRules: [listener, rule],
  services: [slot('Clusters', inRegion('ecs', 'service/${Name}/*'))],
  deployments: [slot('Clusters', inRegion('ecs', 'service-deployment/${Name}/*'))],
  clusterArns: [slot('Clusters', inRegion('ecs', 'cluster/${Name}'))],
  tasks: [slot('Clusters', inRegion('ecs', 'task/${Name}/*'))],
  definitions: [slot('TaskDefinitions', inRegion('ecs', 'task-definition/${Name}:*'))],
  rolesOfTasks: [slot('TaskRoles', 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Name}')],
  linksFrom: joined('linksFrom', () => true),
  // Patterns of EventBridge, and `own` beside other accounts, are no values of a parameter: they stay in the rule as it is packaged.
  onlyAccounts: listed('requestAccounts', (names) => (names.includes('own') ? '' : names.join(','))),
  onlySources: joined('requestSources', (list) => list.every(isText)),
  requestAccounts: listed('requestAccounts', (names) =>
    names.map((name) => (name === 'own' ? { Ref: 'AWS::AccountId' } : name)),
  ),
};
