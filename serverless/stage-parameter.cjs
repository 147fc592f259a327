const { generatedIds } = require('./generated-ids.cjs');

/**
 * Makes the name of the stage a parameter of the template, so that one template serves every installation. The framework writes it out:
 * in names, ARNs, tags and addresses it becomes `${Stage}`. What is named stays the same, and so do the logical ids.
 */
class StageParameter {
  constructor(serverless) {
    const stage = () => serverless.getProvider('aws').getStage();
    const values = () => ({ ...serverless.service.custom?.parameters, Stage: stage() });
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { provider } = serverless.service;
        const template = parameterised(provider.compiledCloudFormationTemplate, stage());
        template.Description = `Sluice ${serverless.configurationInput?.custom?.version ?? ''}`.trim();
        provider.compiledCloudFormationTemplate = withGeneratedIds(template, values());
      },
      // Not before: the stack that holds nothing but the bucket has no parameter.
      'before:aws:deploy:deploy:updateStack': () => {
        const { provider } = serverless.service;
        if (provider.compiledCloudFormationTemplate.Parameters?.Stage === undefined) return;
        provider.stackParameters = Object.entries(values()).map(([name, value]) => ({
          ParameterKey: name,
          ParameterValue: String(value),
        }));
      },
    };
  }
}

/** Lower case and digits, as a bucket is named after it; 19 characters, as a role is: see `name-limits.cjs`. */
const parameter = {
  Type: 'String',
  Description: 'Name of the stage, which every name of the stack carries',
  AllowedPattern: '[a-z][a-z0-9-]{0,18}',
};

function parameterised({ Resources: resources, Outputs: outputs, ...others }, stage) {
  const text = inText(stage);
  return {
    ...others,
    Parameters: { Stage: parameter, ...others.Parameters },
    Resources: changed(resources, text, stage),
    Outputs: changed(outputs, text, stage),
  };
}

const reference = { Ref: 'Stage' };

/** Tells the stage in a string by what is around it. */
function inText(stage) {
  const named = new RegExp(`(?<![\\w-])((?:sls-)?sluice-)${stage}(?![A-Za-z0-9])`, 'g');
  const inPath = new RegExp(`(?<![\\w-])sluice/${stage}(?![A-Za-z0-9-])`, 'g');
  const ofApi = new RegExp(`(^|URLSuffix\\}|_aws/execute-api/\\$\\{ApiGatewayRestApi\\})/${stage}(/commands)?$`);
  return (text) => text.replace(named, '$1${Stage}').replace(inPath, 'sluice/${Stage}').replace(ofApi, '$1/${Stage}$2');
}

/** Of these nothing is a name: code is where the deployment puts it, and a definition has the partition's ARNs only. */
const untouched = new Set(['Code', 'Definition']);
/** Properties that are the stage's name alone. */
const stageAlone = new Set(['STAGE', 'StageName', 'Stage']);

function changed(value, text, stage) {
  if (typeof value === 'string') return asSub(value, text(value));
  if (Array.isArray(value)) return value.map((one) => changed(one, text, stage));
  if (typeof value !== 'object' || value === null) return value;
  if (value.Key === 'stage' && value.Value === stage) return { ...value, Value: reference };
  const { 'Fn::Sub': sub, 'Fn::Join': join } = value;
  if (typeof sub === 'string') return { 'Fn::Sub': text(sub) };
  if (Array.isArray(sub)) return { 'Fn::Sub': [text(sub[0]), changed(sub[1], text, stage)] };
  if (join?.[1][0] === 'sluice' && join[1][1] === stage)
    return { 'Fn::Join': [join[0], ['sluice', reference, ...join[1].slice(2)]] };
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (untouched.has(key)) return [key, one];
      return [key, stageAlone.has(key) && one === stage ? reference : changed(one, text, stage)];
    }),
  );
}

function asSub(before, after) {
  if (before === after) return before;
  if (before.includes('${')) throw new Error(`The stage's name is in a text that is no name: ${before}`);
  return { 'Fn::Sub': after };
}

/** The template under its generated ids: they are long and are nowhere else, so the whole text is searched for them. */
function withGeneratedIds(template, values) {
  let text = JSON.stringify(template);
  for (const [before, after] of generatedIds(template, values)) text = text.replaceAll(before, after);
  return JSON.parse(text);
}

module.exports = StageParameter;
