import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Hold, hold } from '../ports/releases.ts';
import type { RolloutEvent } from '../rollout/events.ts';
import { keys } from './dynamodb-keys.ts';
import { storedJson } from './stored-json.ts';

type WriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Opening = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

/** Reads back what `holdItem` wrote. */
export function heldBy(item: Readonly<Record<string, unknown>>): Hold {
  return storedJson(item, 'hold', { form: hold });
}

/** The item by which a release holds a service; writes are conditional on its release. */
export function holdItem(service: string, held: Hold): Record<string, unknown> {
  return { ...keys.hold(service), releaseId: held.releaseId, hold: JSON.stringify(held) };
}

/**
 * What ties a rollout that opens to releases: one of a release is named in its hold, which must be that release's; any other one needs
 * the service to be free, unless it goes back.
 */
export function ofItsRelease(table: string, { service, release, rollback }: Opening, rolloutId: string): WriteItem[] {
  if (release !== undefined) {
    return [
      {
        Put: {
          TableName: table,
          Item: holdItem(service, { releaseId: release, rolloutId }),
          ConditionExpression: 'releaseId = :release',
          ExpressionAttributeValues: { ':release': release },
        },
      },
    ];
  }
  if (rollback !== undefined) return [];
  return [
    {
      ConditionCheck: {
        TableName: table,
        Key: keys.hold(service),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
  ];
}
