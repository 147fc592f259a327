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
  readonly #onChange: (changes: readonly TableChange[]) => void;
  readonly #alter: (write: Write) => Write;

  constructor(onChange: (changes: readonly TableChange[]) => void, alter: (write: Write) => Write = (write) => write) {
    this.#onChange = onChange;
    this.#alter = alter;
  }

  item(pk: string, sk: string): Item | undefined {
    return this.#items.get(keyOf({ pk, sk }));
  }

  /** Every item whose keys begin so, in order of the keys. */
  startingWith(prefix: string): readonly Item[] {
    return [...this.#items]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, item]) => item);
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
    this.#items.set(key, after);
    this.#onChange([{ key, before, after }]);
    return { Attributes: after };
  }

  #get({ Key = {} }: GetCommandInput): object {
    const item = this.#items.get(keyOf(Key));
    return item === undefined ? {} : { Item: item };
  }

  #query({ KeyConditionExpression = '', ExpressionAttributeValues: values = {}, ...rest }: QueryCommandInput): object {
    const pk = `${String(values[':pk'])} / `;
    const [from, to] = KeyConditionExpression.includes('BETWEEN')
      ? [`${pk}${String(values[':from'])}`, `${pk}${String(values[':to'])}`]
      : [`${pk}${String(values[':prefix'] ?? '')}`, `${pk}${String(values[':prefix'] ?? '')}\uffff`];
    const found = this.startingWith(pk).filter((item) => keyOf(item) >= from && keyOf(item) <= to);
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
    if (Put?.Item !== undefined) this.#items.set(key, Put.Item);
    else if (Delete !== undefined) this.#items.delete(key);
    else if (Update !== undefined) {
      this.#items.set(key, updated(Update.UpdateExpression ?? '', before ?? { ...Update.Key }, Update));
    } else return [];
    return [{ key, before, after: this.#items.get(key) }];
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
