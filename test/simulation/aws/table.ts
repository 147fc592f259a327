import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { holds, type Item, updated } from './expression.ts';

/** One write of a transaction, or one by itself. */
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One change of an item, as the table's stream tells it. */
export interface TableChange {
  readonly key: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const keyOf = ({ pk, sk }: Item): string => `${String(pk)} / ${String(sk)}`;

/**
 * A DynamoDB table: the real adapter of the store and the machine's own calls work on the same items, under the same
 * conditions. A transaction is all or nothing.
 */
export class Table {
  readonly #items = new Map<string, Item>();
  /** The same items by partition key, and by sort key in it. */
  readonly #partitions = new Map<string, Map<string, Item>>();
  readonly #onChange: (changes: readonly TableChange[]) => void;
  readonly #alter: (write: Write) => Write;
  #revision = 0;

  constructor(onChange: (changes: readonly TableChange[]) => void, alter: (write: Write) => Write = (write) => write) {
    this.#onChange = onChange;
    this.#alter = alter;
  }

  item(pk: string, sk: string): Item | undefined {
    return this.#items.get(keyOf({ pk, sk }));
  }

  /** Goes up with each change. */
  get revision(): number {
    return this.#revision;
  }

  /** Every item with this partition key. */
  partition(pk: string): readonly Item[] {
    return [...(this.#partitions.get(pk)?.values() ?? [])];
  }

  /** Every item with this sort key, in order of the partition keys. */
  withSortKey(sk: string): readonly Item[] {
    return [...this.#partitions]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, items]) => items.get(sk))
      .filter((item) => item !== undefined);
  }

  /** Carries out one command of the document client. @throws what DynamoDB throws where a condition does not hold */
  carryOut(command: unknown): object {
    if (command instanceof GetCommand) return this.#get(command.input);
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof PutCommand) return this.#writeOne({ Put: command.input });
    if (command instanceof DeleteCommand) return this.#writeOne({ Delete: command.input });
    if (command instanceof UpdateCommand) return this.update(command.input);
    if (command instanceof TransactWriteCommand) return this.#transact(command.input.TransactItems ?? []);
    throw new Error('the model of the table does not know this command');
  }

  update(input: UpdateCommandInput): { readonly Attributes: Item } {
    const key = keyOf(input.Key ?? {});
    const before = this.#items.get(key);
    if (!holds(input.ConditionExpression, before, input)) throw conditionFailed();
    const after = updated(input.UpdateExpression ?? '', before ?? { ...input.Key }, input);
    this.#put(key, after);
    this.#onChange([{ key, before, after }]);
    return { Attributes: after };
  }

  #get({ Key = {} }: GetCommandInput): object {
    const item = this.#items.get(keyOf(Key));
    return item === undefined ? {} : { Item: item };
  }

  #query({ KeyConditionExpression = '', ExpressionAttributeValues: values = {}, ...rest }: QueryCommandInput): object {
    const prefix = String(
      values[':prefix'] ?? (KeyConditionExpression.includes('begins_with') ? values[':sk'] : undefined) ?? '',
    );
    const [from, to] = KeyConditionExpression.includes('BETWEEN')
      ? [String(values[':from']), String(values[':to'])]
      : [prefix, `${prefix}\uffff`];
    const found = [...(this.#partitions.get(String(values[':pk'])) ?? new Map<string, Item>())]
      .filter(([sk]) => sk >= from && sk <= to)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, item]) => item);
    if (rest.ScanIndexForward === false) found.reverse();
    return { Items: found.slice(0, rest.Limit ?? found.length) };
  }

  #writeOne(write: Write): object {
    if (!this.#isAllowed(write)) throw conditionFailed();
    this.#onChange(this.#write(write));
    return {};
  }

  #transact(writes: readonly Write[]): object {
    const allowed = writes.map((write) => this.#isAllowed(write));
    if (allowed.includes(false)) {
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: allowed.map((is) => ({ Code: is ? 'None' : 'ConditionalCheckFailed' })),
      });
    }
    this.#onChange(writes.flatMap((write) => this.#write(write)));
    return {};
  }

  #isAllowed(write: Write): boolean {
    const { Put, Delete, ConditionCheck, Update } = this.#alter(write);
    const one = Put ?? Delete ?? ConditionCheck ?? Update;
    const key = keyOf(Put?.Item ?? (Delete ?? ConditionCheck ?? Update)?.Key ?? {});
    return holds(one?.ConditionExpression, this.#items.get(key), one ?? {});
  }

  #write({ Put, Delete, Update }: Write): readonly TableChange[] {
    const key = keyOf(Put?.Item ?? (Delete ?? Update)?.Key ?? {});
    const before = this.#items.get(key);
    if (Put?.Item !== undefined) this.#put(key, Put.Item);
    else if (Delete !== undefined) this.#delete(key);
    else if (Update !== undefined) {
      this.#put(key, updated(Update.UpdateExpression ?? '', before ?? { ...Update.Key }, Update));
    } else return [];
    return [{ key, before, after: this.#items.get(key) }];
  }

  #put(key: string, item: Item): void {
    this.#revision += 1;
    this.#items.set(key, item);
    const pk = String(item['pk']);
    const partition = this.#partitions.get(pk) ?? new Map<string, Item>();
    this.#partitions.set(pk, partition.set(String(item['sk']), item));
  }

  #delete(key: string): void {
    const item = this.#items.get(key);
    if (item === undefined) return;
    this.#revision += 1;
    this.#items.delete(key);
    this.#partitions.get(String(item['pk']))?.delete(String(item['sk']));
  }
}

function conditionFailed(): Error {
  return new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
}

/** A command as a call: what it is called, and whether it changes anything. */
export function describeCommand(command: unknown): { readonly name: string; readonly changes: boolean } {
  const name = command instanceof Object ? command.constructor.name.replace(/Command$/, '') : 'unknown';
  return { name, changes: !['Get', 'Query'].includes(name) };
}

/** The document client whose commands go through `send`; all that the store's adapter uses of it. */
export function clientThrough(send: (command: unknown) => Promise<object>): DynamoDBDocumentClient {
  return { send } as unknown as DynamoDBDocumentClient;
}
