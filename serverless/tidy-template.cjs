/**
 * Leaves out what the framework adds to the template and nobody uses: its default role, where every function has one of its own,
 * and a function's dependency on the role that it refers to anyway. Gives the role of each traced function the leave to send its
 * traces, which the framework gives the default role alone.
 */
class TidyTemplate {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        tidy(serverless.service.provider.compiledCloudFormationTemplate),
    };
  }
}

/** Traces have no resource. */
const mayTrace = {
  Effect: 'Allow',
  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  Resource: '*',
};

const defaultRole = 'IamRoleLambdaExecution';

function tidy({ Resources: resources }) {
  for (const resource of Object.values(resources)) {
    if (resource.Type !== 'AWS::Lambda::Function') continue;
    const role = resource.Properties.Role['Fn::GetAtt']?.[0];
    if (role === defaultRole) throw new Error(`${resource.Properties.FunctionName} has no role of its own.`);
    resource.DependsOn = [resource.DependsOn ?? []].flat().filter((name) => name !== role);
    if (resource.DependsOn.length === 0) delete resource.DependsOn;
    if (resource.Properties.TracingConfig !== undefined) {
      resources[role].Properties.Policies[0].PolicyDocument.Statement.push(mayTrace);
    }
  }
  delete resources[defaultRole];
  const named = JSON.stringify(resources).includes(`"${defaultRole}"`);
  if (named) throw new Error(`Something in the template still refers to ${defaultRole}, which is left out.`);
}

module.exports = TidyTemplate;
