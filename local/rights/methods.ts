import type ts from 'typescript';
import { type Context, fieldsOf, type Thing, unknownPart, type Value, type Values } from './values.ts';

const unknown: Value = { kind: 'unknown' };
/** Array methods and promise methods that give back what they were called on, or their own argument, beside what callbacks give. */
const keeps = /^(?:all|allSettled|any|race|catch|finally|filter|slice|sort|toSorted|toReversed|concat|freeze|assign)$/;

/** What follows values through the product. */
interface Follower {
  readonly evaluate: (node: ts.Node, context: Context) => Iterable<Value>;
  readonly send: (commands: Iterable<Value>, place: string) => void;
  readonly values: () => Values;
  readonly call: (callees: Iterable<Value>, args: readonly Iterable<Value>[], context: Context) => Values;
  readonly callAll: (handed: Iterable<Value>, args: readonly Iterable<Value>[]) => Values;
  readonly thing: (node: ts.Node, context: Context) => Thing;
  readonly put: (thing: Thing, key: string, values: Iterable<Value>) => void;
}

/**
 * A call of a method: of an object of the product, or one of the language and its libraries. A library may call every function that
 * it is handed, with the elements of what it belongs to, and may give back everything that it was handed or that these gave.
 */
export function callMethod(
  world: Follower,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  args: readonly Iterable<Value>[],
  context: Context,
  inside: Context,
): Iterable<Value> {
  const all = [...world.evaluate(callee.expression, context)];
  const method = callee.name.text;
  // Nothing has come here yet. Taken for a library, it would be handed everything, and what is found once stays found.
  if (all.length === 0) return world.values();
  if (method === 'send') world.send(args[0] ?? [], '');

  const records = all.filter((owner) => owner.kind === 'thing' && owner.isRecord);
  const result = world.values();
  result.addAll(
    world.call(
      fieldsOf(records, method).filter(({ kind }) => kind === 'closure'),
      args,
      inside,
    ),
  );
  const owners = all.filter((owner) => !records.includes(owner));
  if (records.length > 0 && owners.every(({ kind }) => kind === 'unknown')) return result;
  const texts = textMethod(method, owners, args);
  if (texts !== undefined) return [...result, ...texts];

  const handed = args.flatMap((each) => [...each]);
  const elements = fieldsOf(owners.filter(({ kind }) => kind === 'thing'));
  const given = world.callAll(
    handed.filter(({ kind }) => kind === 'closure'),
    [elements, elements, elements],
  );
  if (method === 'push' || method === 'set' || method === 'add' || method === 'unshift')
    for (const owner of owners) if (owner.kind === 'thing') world.put(owner, '*', handed);
  const made = world.thing(node, context);
  if (method === 'map') {
    world.put(made, '*', given);
    result.add(made);
    return result;
  }
  world.put(made, '*', [...elements, ...given, ...fieldsOf(given), ...fieldsOf(handed)]);
  result.addAll([made, ...elements, ...given, unknown]);
  if (keeps.test(method)) result.addAll([...owners, ...handed.filter(({ kind }) => kind === 'thing')]);
  return result;
}

function textMethod(
  method: string,
  owners: readonly Value[],
  args: readonly Iterable<Value>[],
): readonly Value[] | undefined {
  const texts = owners.flatMap((owner) => (owner.kind === 'text' ? [owner.text] : []));
  if (texts.length === 0 || texts.length < owners.length) return undefined;
  const [from, to] = args.map((each) => [...each]);
  const [old] = from ?? [];
  const [next] = to ?? [];
  if (method === 'replace' && old?.kind === 'text' && next?.kind === 'text')
    return texts.map((text) => ({ kind: 'text', text: text.replace(old.text, next.text) }));
  return [{ kind: 'text', text: unknownPart }];
}
