const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { activeRollout, servicesIn } = require('./recorded-services.cjs');

/**
 * Refuses `serverless remove` while a rollout of the stage is under way: with the machines, the functions and the guard gone, users
 * would stay divided between two versions. `--param="removeAnyway=yes"` removes the stack all the same.
 */
class RefuseRemoval {
  constructor(serverless, { param = [] }, { log }) {
    this.hooks = {
      'before:remove:remove': async () => {
        if ([param].flat().includes('removeAnyway=yes')) {
          log.warning('Removing the stack without asking whether a rollout is under way');
          return;
        }
        const provider = serverless.getProvider('aws');
        const stage = provider.getStage();
        const client = new DynamoDBClient(await provider.getAwsSdkV3Config());
        const reason = await whyNot(client, `sluice-${stage}`, stage);
        if (reason !== undefined) throw new serverless.classes.Error(reason);
      },
    };
  }
}

const anyway = 'To remove the stack all the same, add --param="removeAnyway=yes".';

/** Why a stack is not to be removed now; `undefined` where it may be. */
async function whyNot(client, table, stage) {
  let locks;
  try {
    locks = await locksIn(client, table);
  } catch (error) {
    // Nothing was ever recorded there.
    if (error.name === 'ResourceNotFoundException') return undefined;
    return `Whether a rollout is under way could not be read from table ${table} (${error.name}: ${error.message}). ${anyway}`;
  }
  if (locks.length === 0) return undefined;
  const ways = locks.map(
    ({ service, rolloutId }) =>
      `- ${service}: ${rolloutId}. Wait for its end, or: npx --no sluice rollback ${service} --stage ${stage} --reason "the stack is removed" --wait`,
  );
  return `Rollouts are under way, and would be left as they are, with users divided between two versions:\n${ways.join('\n')}\n${anyway}`;
}

async function locksIn(client, table) {
  const locks = [];
  for (const service of await servicesIn(client, table)) {
    const rolloutId = await activeRollout(client, table, service);
    if (rolloutId !== undefined) locks.push({ service, rolloutId });
  }
  return locks;
}

module.exports = RefuseRemoval;
module.exports.whyNot = whyNot;
