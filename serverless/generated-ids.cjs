const { createHash } = require('node:crypto');
const { sorted } = require('./references.cjs');

/**
 * The logical ids that are new with what they stand for: of each function's version, as a published version keeps the configuration that
 * it was published with, parameters of the stack included, and of the API's deployment. CloudFormation changes neither in place.
 * @param template with its parameters still in it
 * @param values of the parameters, by name; those that are left out have their defaults
 * @returns from each id in the template to the one that it must have
 */
function generatedIds({ Resources: resources, Parameters: parameters = {} }, values) {
  const given = Object.entries(parameters).map(([name, { Default }]) => [name, String(values[name] ?? Default ?? '')]);
  const hashOf = (what) =>
    createHash('sha256')
      .update(JSON.stringify(sorted([what, given])))
      .digest('hex');
  const versions = ofType(resources, 'AWS::Lambda::Version').map(
    ([
      id,
      {
        Properties: { FunctionName, CodeSha256 },
      },
    ]) => {
      const { Code: _code, Tags: _tags, ...configuration } = resources[FunctionName.Ref].Properties;
      const name = FunctionName.Ref.replace(/LambdaFunction$/, '');
      return [id, `${name}LambdaVersion${hashOf([CodeSha256, configuration]).slice(0, 43)}`];
    },
  );
  const api = Object.entries(resources).filter(([, { Type }]) =>
    /^AWS::ApiGateway::(RestApi|Resource|Method)$/.test(Type),
  );
  // Digits, as the framework's own is.
  const digits = String(BigInt(`0x${hashOf(api)}`)).slice(0, 13);
  const deployments = ofType(resources, 'AWS::ApiGateway::Deployment').map(([id]) => [
    id,
    `ApiGatewayDeployment${digits}`,
  ]);
  return new Map([...versions, ...deployments]);
}

function ofType(resources, type) {
  return Object.entries(resources).filter(([, { Type }]) => Type === type);
}

/** What IAM takes at most: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const longestRoleName = 64;

/**
 * Gives each function's role the name that it has in a stage and region: its last part is left out where it would be too long.
 * @param template with the name of the stage as a parameter; its roles are changed
 */
function fitRoleNames({ Resources: resources }, stage, region) {
  for (const { Type: type, Properties: properties } of Object.values(resources)) {
    const parts = type === 'AWS::IAM::Role' ? properties.RoleName?.['Fn::Join']?.[1] : undefined;
    if (parts === undefined) continue;
    const [product, , name, where] = parts;
    const whole = [product, stage, name, region, 'lambdaRole'].join('-');
    const last = whole.length > longestRoleName ? [] : ['lambdaRole'];
    properties.RoleName = { 'Fn::Join': ['-', [product, { Ref: 'Stage' }, name, where, ...last]] };
  }
}

module.exports = { generatedIds, fitRoleNames };
