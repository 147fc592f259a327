const { DynamoDBClient, GetItemCommand, QueryCommand } = require('@aws-sdk/client-dynamodb');

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
    const Key = { pk: { S: `SERVICE#${service}` }, sk: { S: 'LOCK' } };
    const { Item: lock } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    if (lock !== undefined) locks.push({ service, rolloutId: lock.rolloutId.S });
  }
  return locks;
}

async function servicesIn(client, table) {
  const services = [];
  let ExclusiveStartKey;
  do {
    const page = await client.send(
      new QueryCommand({
        ...{ TableName: table, ConsistentRead: true, ExclusiveStartKey },
        ...{ KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'SERVICES' } } },
      }),
    );
    services.push(...(page.Items ?? []).map(({ service }) => service.S));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return services;
}

module.exports = RefuseRemoval;
module.exports.whyNot = whyNot;
