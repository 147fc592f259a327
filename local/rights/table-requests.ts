import { arn, type Ask, at, each, type Rule, textAt } from './asks.ts';
import type { Value } from './values.ts';

const keywords =
  /^(?:SET|ADD|REMOVE|DELETE|AND|OR|NOT|IN|BETWEEN|attribute_\w+|begins_with|contains|size|if_not_exists|list_append)$/i;

/** The attributes that an item to be written, or the expressions of a write, name. */
const attributesOf = (input: readonly Value[]): readonly string[] => {
  const written = ['Key', 'Item'].flatMap((part) =>
    at(input, part).flatMap((value) => (value.kind === 'thing' ? [...value.fields.keys()] : [])),
  );
  const words = ['UpdateExpression', 'ConditionExpression']
    .flatMap((part) => textAt(input, part))
    .flatMap((expression) => expression.match(/(?<![:#\w])#?[a-z_]\w*/gi) ?? [])
    .filter((word) => !keywords.test(word))
    .flatMap((word) => (word.startsWith('#') ? textAt(input, 'ExpressionAttributeNames', word) : [word]));
  return [...new Set([...written, ...words])];
};

/** The partition keys of items: `pk` of the record, `id` of tables that have none; as texts, or in the form of the API that machines write. */
const partitionKeysOf = (items: readonly Value[]): readonly string[] => {
  // What may have been spread into a request is no item beside one that stands there.
  const things = items.filter((value) => value.kind === 'thing');
  return (things.length > 0 ? things : items).flatMap((value) => {
    const name = value.kind === 'thing' && value.fields.has('pk') ? 'pk' : 'id';
    const written = textAt([value], name, 'S').filter((text) => text !== 'some');
    return written.length > 0 ? written : textAt([value], name);
  });
};

/** What conditions of policies see of a request: the partition keys of items, and the attributes that are written. */
const contextOf = (input: readonly Value[], writes: boolean, enclosing: Ask['context'] = {}): Ask['context'] => {
  const keys = keysOf(input);
  return {
    ...(keys.length > 0 && { 'dynamodb:LeadingKeys': keys }),
    ...(writes && { 'dynamodb:Attributes': attributesOf(input) }),
    ...enclosing,
  };
};

const keysOf = (input: readonly Value[]): readonly string[] =>
  partitionKeysOf(['Key', 'Item'].flatMap((part) => at(input, part)));

/** An action on the table that a request names; `enclosing` is what its condition keys hold besides. */
export const onTable =
  (action: string, enclosing?: Ask['context']): Rule =>
  (values) => {
    const input = [...values];
    return each(
      action,
      textAt(input, 'TableName').map((name) => arn('dynamodb', `table/${name}`)),
      contextOf(input, /Put|Update/.test(action), enclosing),
    );
  };
const inTransaction: readonly (readonly [string, string])[] = [
  ['Put', 'dynamodb:PutItem'],
  ['Delete', 'dynamodb:DeleteItem'],
  ['Update', 'dynamodb:UpdateItem'],
  ['ConditionCheck', 'dynamodb:ConditionCheckItem'],
];
/**
 * Each item of a transaction is asked for by itself, with the partition keys of all: AWS does not say whether an item of a transaction
 * is asked about with its own key alone, and what holds with all of them holds with one.
 */
export const transaction: Rule = (values) => {
  const input = [...values];
  const itemsOf = (part: string) =>
    at(input, 'TransactItems', '*', part).filter((value) => value.kind === 'thing' && value.fields.has('TableName'));
  const keys = [...new Set(inTransaction.flatMap(([part]) => keysOf(itemsOf(part))))];
  const enclosing = {
    'dynamodb:EnclosingOperation': ['TransactWriteItems'],
    ...(keys.length > 0 && { 'dynamodb:LeadingKeys': keys }),
  };
  return inTransaction.flatMap(([part, action]) => onTable(action, enclosing)(itemsOf(part)));
};
