/**
 * Lets parameters of the stack say whose events of CI may start a rollout. The framework takes nothing but a list in a pattern, so the rule
 * is changed once it is there; without values for the parameters it says what it said before.
 */
class RequestOrigins {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        apply(serverless.service.provider.compiledCloudFormationTemplate.Resources),
    };
  }
}

const detailType = 'sluice.rollout.requested';

const given = (parameter, otherwise) => ({
  'Fn::If': [`Has${parameter}`, { 'Fn::Split': [',', { Ref: parameter }] }, otherwise],
});

function apply(resources) {
  for (const { Type: type, Properties: properties } of Object.values(resources)) {
    const pattern = properties?.EventPattern;
    if (type !== 'AWS::Events::Rule' || !pattern?.['detail-type']?.includes(detailType)) continue;
    pattern.account = given('RequestAccounts', pattern.account);
    pattern.source = given('RequestSources', pattern.source);
  }
}

module.exports = RequestOrigins;
