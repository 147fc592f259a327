const { CloudFormationClient, paginateListStacks } = require('@aws-sdk/client-cloudformation');
const { similarStages, similarText } = require('./stage-names.cjs');

/**
 * Refuses the first deployment of a stage whose name begins like that of another stage of the account and region. A stage's own roles do
 * not reach such a stage; who may deploy it does, as policies of IAM go by what names begin with.
 * `--param="similarStage=yes"` deploys all the same.
 */
class RefuseSimilarStage {
  constructor(serverless, { param = [] }, { log }) {
    this.hooks = {
      'before:deploy:deploy': async () => {
        if ([param].flat().includes('similarStage=yes')) {
          log.warning('Deploying without asking whether the name of another stage begins alike');
          return;
        }
        const provider = serverless.getProvider('aws');
        const client = new CloudFormationClient(await provider.getAwsSdkV3Config());
        const reason = await whyNot(paginateListStacks({ client }, {}), provider.getStage());
        if (reason !== undefined) throw new serverless.classes.Error(reason);
      },
    };
  }
}

const anyway = 'To deploy all the same, add --param="similarStage=yes".';

/**
 * Why a stage must not be deployed for the first time; `undefined` where it may be, or is there already.
 * @param pages of CloudFormation's list of stacks, which has those that were deleted, too
 */
async function whyNot(pages, stage) {
  const stacks = [];
  try {
    for await (const { StackSummaries: listed = [] } of pages)
      for (const { StackName: name, StackStatus: status, TemplateDescription: description = '' } of listed)
        if (status !== 'DELETE_COMPLETE') stacks.push({ name, description });
  } catch (error) {
    return `Which other stages there are could not be found out (${error.name}: ${error.message}). ${anyway}`;
  }
  if (stacks.some(({ name }) => name === `sluice-${stage}`)) return undefined;
  const others = similarStages(stage, stacks);
  return others.length === 0 ? undefined : `${similarText(stage, others)} Choose another name. ${anyway}`;
}

module.exports = RefuseSimilarStage;
module.exports.whyNot = whyNot;
