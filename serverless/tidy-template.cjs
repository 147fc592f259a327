/**
 * Leaves out what the framework adds to the template and nobody uses: its default role, where every function has one of its own,
 * and a function's dependency on the role that it refers to anyway.
 */
class TidyTemplate {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        tidy(serverless.service.provider.compiledCloudFormationTemplate),
    };
  }
}

const defaultRole = 'IamRoleLambdaExecution';

function tidy({ Resources: resources }) {
  for (const resource of Object.values(resources)) {
    if (resource.Type !== 'AWS::Lambda::Function') continue;
    const role = resource.Properties.Role['Fn::GetAtt']?.[0];
    if (role === defaultRole) throw new Error(`${resource.Properties.FunctionName} has no role of its own.`);
    resource.DependsOn = [resource.DependsOn ?? []].flat().filter((name) => name !== role);
    if (resource.DependsOn.length === 0) delete resource.DependsOn;
  }
  delete resources[defaultRole];
  const named = JSON.stringify(resources).includes(`"${defaultRole}"`);
  if (named) throw new Error(`Something in the template still refers to ${defaultRole}, which is left out.`);
}

module.exports = TidyTemplate;
