const {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  paginateListStackResources,
  waitUntilChangeSetCreateComplete,
  waitUntilStackImportComplete,
} = require('@aws-sdk/client-cloudformation');
const { DescribeTableCommand, DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { HeadBucketCommand, S3Client } = require('@aws-sdk/client-s3');
const { resolved } = require('./names.cjs');

/**
 * Takes into the stack what an earlier stack of the stage has kept: resources that are retained have fixed names, and CloudFormation
 * does not create what is there. Its own `ImportExistingResources` takes names without functions only, so they are named here, in an
 * import of its own right before the update: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
 */
class AdoptKept {
  constructor(serverless, _options, { log }) {
    const adopt = async () => {
      const { provider: settings } = serverless.service;
      if (settings.shouldNotDeploy) return;
      const provider = serverless.getProvider('aws');
      const known = {
        ...{ 'AWS::Region': provider.getRegion(), 'AWS::AccountId': await provider.getAccountId() },
        Stage: provider.getStage(),
      };
      const config = await provider.getAwsSdkV3Config();
      const stack = { cloudFormation: new CloudFormationClient(config), name: provider.naming.getStackName() };
      const left = await leftBehind(stack, config, keptIn(settings.compiledCloudFormationTemplate, known));
      if (left.length === 0) return;
      const names = left.map(({ name }) => name).join(', ');
      log.notice(`Adopting what an earlier stack of this stage has kept: ${names}`);
      try {
        await importInto(stack, left, settings);
      } catch (error) {
        throw new serverless.classes.Error(
          `${names} cannot be taken into stack ${stack.name} (${error.message}). CloudFormation creates none of them while they are there: ` +
            'take what holds them back out of the way and deploy again, or delete them, with the record that they hold.',
        );
      }
    };
    this.hooks = {
      // What could not be adopted later is not packaged.
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const provider = serverless.getProvider('aws');
        const known = {
          ...{ 'AWS::Region': provider.getRegion(), 'AWS::AccountId': '0'.repeat(12) },
          Stage: provider.getStage(),
        };
        keptIn(serverless.service.provider.compiledCloudFormationTemplate, known);
      },
      'before:aws:deploy:deploy:updateStack': adopt,
    };
  }
}

/** By type: the property that names a resource, and whether there is one of that name. */
const kinds = {
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    isThere: (config, TableName) =>
      found(new DynamoDBClient(config).send(new DescribeTableCommand({ TableName })), 'ResourceNotFoundException'),
  },
  'AWS::S3::Bucket': {
    property: 'BucketName',
    isThere: (config, Bucket) =>
      found(new S3Client({ ...config, forcePathStyle: true }).send(new HeadBucketCommand({ Bucket })), 'NotFound'),
  },
};
/** Of these an earlier stack leaves nothing that stops a deployment: a function's versions go with it, and a key has no name. */
const nameless = new Set(['AWS::Lambda::Version', 'AWS::KMS::Key']);

async function found(asked, absent) {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error.name === absent) return false;
    throw error;
  }
}

/**
 * The resources of a template that a removal of the stack leaves behind, by their names.
 * @throws Error for one of a type that nothing here can take into a stack
 */
function keptIn({ Resources: resources }, known) {
  return Object.entries(resources).flatMap(([id, resource]) => {
    const { Type: type, DeletionPolicy: policy } = resource;
    if ((policy !== 'Retain' && policy !== 'RetainExceptOnCreate') || nameless.has(type)) return [];
    const kind = kinds[type];
    const given = resource.Properties?.[kind?.property];
    // Without a name it gets a new one from CloudFormation, so what an earlier stack has kept does not stop the deployment.
    if (kind !== undefined && given === undefined) return [];
    if (given === undefined)
      throw new Error(
        `${id} (${type}) is kept when the stack is removed: say in serverless/adopt-kept.cjs how it is adopted.`,
      );
    return [{ id, resource, name: resolved(given, known) }];
  });
}

/** What of it is there and not of the stack. */
async function leftBehind({ cloudFormation, name: StackName }, config, kept) {
  const own = new Set();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client: cloudFormation },
    { StackName },
  )) {
    for (const { LogicalResourceId: id, ResourceStatus: status } of StackResourceSummaries)
      if (status !== 'DELETE_COMPLETE') own.add(id);
  }
  const others = kept.filter(({ id }) => !own.has(id));
  const areThere = await Promise.all(others.map(({ name, resource }) => kinds[resource.Type].isThere(config, name)));
  return others.filter((_, index) => areThere[index]);
}

const withinSeconds = 600;

/** An import changes nothing else, so the template is the stack's own one, what is imported, and the parameters that it refers to. */
async function importInto(
  { cloudFormation, name: StackName },
  left,
  { compiledCloudFormationTemplate: next, stackParameters },
) {
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
  const template = JSON.parse(TemplateBody);
  for (const section of ['Parameters', 'Conditions'])
    if (next[section] !== undefined) template[section] = next[section];
  const ChangeSetName = `adopt-${Date.now()}`;
  const named = left.map((one) => ({ ...one, property: kinds[one.resource.Type].property }));
  for (const { id, resource, property, name } of named)
    template.Resources[id] = { ...resource, Properties: { ...resource.Properties, [property]: name } };
  await cloudFormation.send(
    new CreateChangeSetCommand({
      ...{ StackName, ChangeSetName, ChangeSetType: 'IMPORT', TemplateBody: JSON.stringify(template) },
      ...(next.Parameters === undefined ? {} : { Parameters: stackParameters }),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      ResourcesToImport: named.map(({ id, resource, property, name }) => ({
        ...{ ResourceType: resource.Type, LogicalResourceId: id },
        ResourceIdentifier: { [property]: name },
      })),
    }),
  );
  const waiting = { client: cloudFormation, maxWaitTime: withinSeconds, minDelay: 1, maxDelay: 5 };
  await waitUntilChangeSetCreateComplete(waiting, { StackName, ChangeSetName }).catch(async (error) => {
    const { StatusReason } = await cloudFormation.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
    throw StatusReason === undefined ? error : new Error(StatusReason);
  });
  await cloudFormation.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
  await waitUntilStackImportComplete(waiting, { StackName });
}

module.exports = AdoptKept;
module.exports.keptIn = keptIn;
