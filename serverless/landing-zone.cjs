/**
 * Applies what landing zones ask: every role under the permissions boundary and the path, every log, queue, topic, table and bucket under the
 * customer's key, where the parameters of `landing-zone.yml` name them. Without them the template says what it said before.
 */
class LandingZone {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        apply(serverless.service.provider.compiledCloudFormationTemplate.Resources),
    };
  }
}

const nothing = { Ref: 'AWS::NoValue' };
const where = (condition, yes, no = nothing) => ({ 'Fn::If': [condition, yes, no] });
const key = where('HasCustomerKey', { Ref: 'CustomerKey' });

/** It holds code alone, and is there before the stack has parameters. */
const deploymentBucket = 'ServerlessDeploymentBucket';

/** By type: what is added to the properties of each. */
const asked = {
  // The path that the framework writes must stay: IAM moves no role that has a name.
  'AWS::IAM::Role': ({ Path: path = nothing, Policies: policies = [] }) => ({
    Path: where('HasRolePath', { Ref: 'RolePath' }, path),
    PermissionsBoundary: where('HasPermissionsBoundary', { Ref: 'PermissionsBoundary' }),
    Policies: [...policies, where('HasCustomerKey', useOfKey)],
  }),
  'AWS::Logs::LogGroup': () => ({ KmsKeyId: key }),
  // A queue takes one of the two.
  'AWS::SQS::Queue': () => ({ KmsMasterKeyId: key, SqsManagedSseEnabled: where('HasCustomerKey', nothing, true) }),
  'AWS::SNS::Topic': () => ({ KmsMasterKeyId: key }),
  'AWS::DynamoDB::Table': () => ({
    SSESpecification: { SSEEnabled: true, SSEType: where('HasCustomerKey', 'KMS'), KMSMasterKeyId: key },
  }),
  'AWS::S3::Bucket': ({ BucketEncryption: without }) => ({
    BucketEncryption: where(
      'HasCustomerKey',
      {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { Ref: 'CustomerKey' } },
          },
        ],
      },
      without ?? nothing,
    ),
  }),
};

/** Services use the key in the name of the role that calls them; by itself a role can do nothing with it. */
const useOfKey = {
  PolicyName: 'customer-key',
  PolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
          'kms:GenerateDataKey',
          'kms:DescribeKey',
        ],
        Resource: { Ref: 'CustomerKey' },
        Condition: {
          StringLike: {
            'kms:ViaService': ['dynamodb', 'sqs', 'sns', 's3'].map((name) => ({
              'Fn::Sub': `${name}.\${AWS::Region}.amazonaws.com*`,
            })),
          },
        },
      },
    ],
  },
};

function apply(resources) {
  for (const [id, resource] of Object.entries(resources)) {
    const more = id === deploymentBucket ? undefined : asked[resource.Type];
    if (more === undefined) continue;
    const properties = resource.Properties ?? {};
    resource.Properties = { ...properties, ...more(properties) };
  }
}

module.exports = LandingZone;
