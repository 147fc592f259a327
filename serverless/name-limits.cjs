const { resolved } = require('./names.cjs');
const { isLikeProbe } = require('./stage-names.cjs');

/**
 * Refuses a stage whose names AWS would not take, before anything is built or created: CloudFormation would notice in the middle of the
 * first deployment. Names are worked out for the region of the deployment.
 */
class NameLimits {
  constructor(serverless) {
    const check = (resources) => {
      const provider = serverless.getProvider('aws');
      const wrong = findings(resources, provider.getRegion(), provider.getStage());
      if (isLikeProbe(provider.getStage()))
        wrong.push('- Its functions would be named like the probes of another stage');
      if (wrong.length === 0) return;
      throw new serverless.classes.Error(
        `Stage "${provider.getStage()}" cannot be deployed to ${provider.getRegion()}:\n${wrong.join('\n')}\nChoose another name for the stage.`,
      );
    };
    this.hooks = {
      'before:package:initialize': () => check(known(serverless)),
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        check(serverless.service.provider.compiledCloudFormationTemplate.Resources),
    };
  }
}

/** What the configuration names, and the functions with their roles, whose names are shortened to this where they must be. */
function known(serverless) {
  const { service } = serverless;
  const provider = serverless.getProvider('aws');
  const start = [service.service, provider.getStage()];
  const functions = service.getAllFunctions().flatMap((name) => [
    [`Function ${name}`, { Type: 'AWS::Lambda::Function', Properties: { FunctionName: [...start, name].join('-') } }],
    [
      `Role of ${name}`,
      { Type: 'AWS::IAM::Role', Properties: { RoleName: [...start, name, provider.getRegion()].join('-') } },
    ],
  ]);
  return { ...Object.fromEntries(functions), ...service.resources.Resources };
}

/** What carries a name, how long that may be and what it may look like, from each service's documentation. */
const limits = {
  'AWS::IAM::Role': ['RoleName', 64, /^[\w+=,.@-]+$/],
  'AWS::Lambda::Function': ['FunctionName', 64, /^[\w-]+$/],
  'AWS::S3::Bucket': ['BucketName', 63, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/],
  'AWS::SQS::Queue': ['QueueName', 80, /^[\w-]+(\.fifo)?$/],
  'AWS::SNS::Topic': ['TopicName', 256, /^[\w-]+$/],
  'AWS::DynamoDB::Table': ['TableName', 255, /^[\w.-]+$/],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 80, /^[\w-]+$/],
  'AWS::Events::Rule': ['Name', 64, /^[\w.-]+$/],
  'AWS::Scheduler::ScheduleGroup': ['Name', 64, /^[\w.-]+$/],
  'AWS::CloudWatch::Alarm': ['AlarmName', 255, /^[^:]+$/],
  'AWS::CloudWatch::Dashboard': ['DashboardName', 255, /^[\w-]+$/],
  'AWS::Logs::LogGroup': ['LogGroupName', 512, /^[\w./#-]+$/],
};

/** What is wrong with the names of some resources in a region and stage, a line each. */
function findings(resources, region, stage) {
  // Every account number is as long.
  const known = { 'AWS::Region': region, 'AWS::AccountId': '0'.repeat(12), Stage: stage };
  return Object.entries(resources).flatMap(([id, { Type: type, Properties: properties = {} }]) => {
    const [key, longest, pattern] = limits[type] ?? [];
    if (key === undefined || properties[key] === undefined) return [];
    const name = resolved(properties[key], known);
    if (name.length > longest) return [`- ${id}: ${name} has ${name.length} characters, ${longest} are possible`];
    return pattern.test(name)
      ? []
      : [`- ${id}: ${name} has characters that are not possible there (expected ${pattern.source})`];
  });
}

module.exports = NameLimits;
module.exports.findings = findings;
