const { APIGatewayClient, UpdateStageCommand } = require('@aws-sdk/client-api-gateway');
const { CloudFormationClient, DescribeStackResourceCommand } = require('@aws-sdk/client-cloudformation');
const { limitPatches } = require('./limit-patches.cjs');

/**
 * Gives each route of the API a limit of its own, so that who floods one keeps nobody from another, and the functions that anybody can
 * call a share of the account's concurrency that they cannot pass, where parameter `PublicConcurrency` names one.
 * The limits stand in the deployment of the API. CloudFormation sets them with a new stage alone, so they are set after each deployment.
 */
class RouteLimits {
  constructor(serverless, _options, { log }) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { custom, provider } = serverless.service;
        limit(provider.compiledCloudFormationTemplate.Resources, custom?.routeLimits);
      },
      'after:deploy:deploy': async () => {
        const patches = limitPatches(serverless.service.provider.compiledCloudFormationTemplate);
        if (patches.length === 0) return;
        const provider = serverless.getProvider('aws');
        const config = await provider.getAwsSdkV3Config();
        const stage = provider.getStage();
        try {
          await setLimits(config, provider.naming.getStackName(), stage, patches);
        } catch (error) {
          throw new serverless.classes.Error(
            `The stack is deployed, but its routes have no limits yet (${error.name}: ${error.message}). ` +
              `Allow apigateway:PATCH on stage ${stage} of its API, and deploy again with the option --force.`,
          );
        }
        log.info(`Limits of ${patches.length / 2} routes are set`);
      },
    };
  }
}

/** Logical id that the framework gives the API. */
const api = 'ApiGatewayRestApi';

function limit(resources, limits) {
  const methods = ofType(resources, 'AWS::ApiGateway::Method');
  const deployments = ofType(resources, 'AWS::ApiGateway::Deployment');
  if (methods.length === 0 || limits === undefined) return;
  const settings = methods
    .map(({ Properties: { ResourceId, HttpMethod, AuthorizationType } }) => {
      const { rate, burst } = limits[kindOf(HttpMethod, AuthorizationType)];
      return {
        ResourcePath: `/${segmentsOf(resources, ResourceId)
          .map((part) => `~1${part}`)
          .join('')}`,
        HttpMethod,
        ThrottlingRateLimit: rate,
        ThrottlingBurstLimit: burst,
      };
    })
    .toSorted((a, b) => (`${a.ResourcePath} ${a.HttpMethod}` < `${b.ResourcePath} ${b.HttpMethod}` ? -1 : 1));
  for (const { Properties } of deployments) Properties.StageDescription = { MethodSettings: settings };
  for (const { Properties } of methods) {
    if (Properties.AuthorizationType !== 'NONE') continue;
    const [, id] = /"(\w+LambdaFunction)"/.exec(JSON.stringify(Properties.Integration.Uri)) ?? [];
    if (resources[id] === undefined)
      throw new Error(`Method ${Properties.HttpMethod} of the API calls no function of the stack.`);
    resources[id].Properties.ReservedConcurrentExecutions = {
      'Fn::If': ['HasPublicConcurrency', { Ref: 'PublicConcurrency' }, { Ref: 'AWS::NoValue' }],
    };
  }
}

/** Callers whom AWS verifies, pages, or what anybody sends. */
function kindOf(method, authorization) {
  if (authorization !== 'NONE') return 'signed';
  return method === 'POST' ? 'sent' : 'pages';
}

/** Of the path of a resource of the API; none for its root. */
function segmentsOf(resources, id) {
  const found = resources[id?.Ref];
  if (found === undefined) return [];
  return [...segmentsOf(resources, found.Properties.ParentId), found.Properties.PathPart];
}

async function setLimits(config, StackName, stageName, patchOperations) {
  const asked = new DescribeStackResourceCommand({ StackName, LogicalResourceId: api });
  const { StackResourceDetail: found } = await new CloudFormationClient(config).send(asked);
  const restApiId = found.PhysicalResourceId;
  await new APIGatewayClient(config).send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
}

function ofType(resources, type) {
  return Object.values(resources).filter(({ Type }) => Type === type);
}

module.exports = RouteLimits;
