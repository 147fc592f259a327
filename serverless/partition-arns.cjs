/**
 * Lets the state machines run in every partition. The definitions name the integrations of Step Functions by ARNs of the partition
 * `aws`, as the States Language's own documentation does; in the template each becomes the partition of the deployment.
 */
class PartitionArns {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        everyPartition(serverless.service.provider.compiledCloudFormationTemplate.Resources),
    };
  }
}

function everyPartition(resources) {
  for (const { Type: type, Properties: properties } of Object.values(resources)) {
    if (type !== 'AWS::StepFunctions::StateMachine') continue;
    const definition = JSON.stringify(properties.Definition).replaceAll('"arn:aws:', '"arn:${Partition}:');
    properties.Definition = JSON.parse(definition);
    properties.DefinitionSubstitutions.Partition = { Ref: 'AWS::Partition' };
  }
}

module.exports = PartitionArns;
