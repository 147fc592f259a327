import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed } from './dynamodb-requests.ts';

/**
 * Raises the fence of a rollout, so that every other writer is refused; false where it has ended or is not there. It does not
 * count as a claim of the rollback machine, which may still come and do the rest.
 */
export async function claimRollout(
  client: DynamoDBDocumentClient,
  table: string,
  rolloutId: string,
  by: string,
): Promise<boolean> {
  try {
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: keys.state(rolloutId),
        UpdateExpression: 'SET #fence = #fence + :one, fencedOffBy = :me',
        ConditionExpression: 'active = :yes',
        ExpressionAttributeNames: { '#fence': 'fence' },
        ExpressionAttributeValues: { ':one': 1, ':yes': 'yes', ':me': by },
      }),
    );
    return true;
  } catch (error) {
    if (conditionFailed(error)) return false;
    throw error;
  }
}
