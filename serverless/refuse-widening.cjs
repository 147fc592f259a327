const { CloudFormationClient, DescribeStacksCommand } = require('@aws-sdk/client-cloudformation');

/**
 * Refuses a deployment that would put a parameter of the stack back to its default: `sluice stack deploy` sets parameters in a stack, and
 * a clone without them would let the stage change other load balancers again, or read another stage's secrets.
 * `--param="resetParameters=yes"` deploys all the same.
 */
class RefuseWidening {
  constructor(serverless, { param = [] }, { log }) {
    this.hooks = {
      'before:deploy:deploy': async () => {
        if ([param].flat().includes('resetParameters=yes')) {
          log.warning('Deploying without asking which parameters the stack has');
          return;
        }
        const provider = serverless.getProvider('aws');
        const { service } = serverless;
        const client = new CloudFormationClient(await provider.getAwsSdkV3Config());
        const { Parameters: declared } = service.provider.compiledCloudFormationTemplate;
        const reason = await whyNot(client, `sluice-${provider.getStage()}`, service.custom.parameters, declared);
        if (reason !== undefined) throw new serverless.classes.Error(reason);
      },
    };
  }
}

const anyway = 'To deploy all the same, add --param="resetParameters=yes".';

/**
 * Why a deployment must not be made; `undefined` where it may be.
 * @param values of the parameters that it would set, by name
 * @param declared the parameters of its template, with their defaults
 */
async function whyNot(client, stack, values, declared = {}) {
  let deployed;
  try {
    const { Stacks: [{ Parameters: parameters = [] } = {}] = [] } = await client.send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    deployed = parameters;
  } catch (error) {
    // There is no such stack yet: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    if (error.name === 'ValidationError' && /does not exist/.test(error.message)) return undefined;
    return `Which parameters stack ${stack} has could not be read (${error.name}: ${error.message}). ${anyway}`;
  }
  const lost = deployed
    .map(({ ParameterKey: name, ParameterValue: value }) => ({ name, value, next: String(values[name] ?? '') }))
    .filter(({ name, value, next }) => {
      const byDefault = name in values ? (packagedDefaults[name] ?? declared[name]?.Default) : undefined;
      return byDefault !== undefined && value !== next && next === String(byDefault);
    });
  if (lost.length === 0) return undefined;
  return [
    `This deployment would put these parameters of stack ${stack} back to their defaults:`,
    ...lost.map(({ name, value, next }) => `- ${name}: ${value}, which would be ${next === '' ? 'empty' : next}`),
    `Name them in \`params\` of serverless.yml, in small letters at the beginning (docs/deploy.md). ${anyway}`,
  ].join('\n');
}

/** In what is deployed a list's default is its value, so the template that is deployed next does not say it: see `name-slots.cjs`. */
const packagedDefaults = { Balancers: '*', Clusters: '*', TaskDefinitions: '*', TaskRoles: '*' };

module.exports = RefuseWidening;
module.exports.whyNot = whyNot;
