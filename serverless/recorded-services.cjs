const { GetItemCommand, QueryCommand } = require('@aws-sdk/client-dynamodb');

/** Names of the services that the record of a stage knows. */
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

/** An item of the record as DynamoDB keeps it; `undefined` where it is not there. */
async function itemIn(client, table, pk, sk) {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item;
}

/** The rollout that holds a service's lock; `undefined` where none is under way. */
async function activeRollout(client, table, service) {
  return (await itemIn(client, table, `SERVICE#${service}`, 'LOCK'))?.rolloutId.S;
}

module.exports = { servicesIn, itemIn, activeRollout };
