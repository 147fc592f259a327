/**
 * Returns the put of an item that carries the number of its revision: it is written only where nobody has written since it was read.
 * @param follows what was read; `undefined` where there was nothing
 */
export function revisedPut<Item extends object>(
  table: string,
  item: Item,
  follows: { readonly revision: number } | undefined,
) {
  return {
    TableName: table,
    Item: { ...item, revision: (follows?.revision ?? 0) + 1 },
    ...(follows === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'revision = :revision', ExpressionAttributeValues: { ':revision': follows.revision } }),
  };
}
