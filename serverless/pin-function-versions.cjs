/**
 * Lets the state machines call functions by their published version, so that deploying the stack again does not change a
 * rollout that is under way. The framework names a version's resource after the code's hash, which no template can spell out;
 * once the template is compiled, this replaces each `!GetAtt XLambdaFunction.Arn` of a state machine by the version's `!Ref`.
 */
class PinFunctionVersions {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        pin(serverless.service.provider.compiledCloudFormationTemplate),
    };
  }
}

function pin({ Resources: resources }) {
  const versionOf = new Map();
  for (const [id, { Type: type, Properties: properties }] of Object.entries(resources)) {
    if (type === 'AWS::Lambda::Version') versionOf.set(properties.FunctionName.Ref, id);
  }
  for (const { Type: type, Properties: properties } of Object.values(resources)) {
    if (type !== 'AWS::StepFunctions::StateMachine') continue;
    for (const [name, value] of Object.entries(properties.DefinitionSubstitutions)) {
      const functionId = value['Fn::GetAtt']?.[0];
      if (functionId === undefined || resources[functionId]?.Type !== 'AWS::Lambda::Function') continue;
      const version = versionOf.get(functionId);
      if (version === undefined) throw new Error(`Function ${functionId} (${name}) has no published version to pin.`);
      properties.DefinitionSubstitutions[name] = { Ref: version };
    }
  }
}

module.exports = PinFunctionVersions;
