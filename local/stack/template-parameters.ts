import * as z from 'zod';

const parameterised = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), z.unknown()),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

type Values = Readonly<Record<string, string>>;

/** Left out by CloudFormation, with the key or the entry that it is the value of. */
const nothing = Symbol('AWS::NoValue');

/**
 * A template as CloudFormation reads it for an installation: with the values of its parameters in their places, and each condition
 * decided. What depends on the account, the region or other resources stays as it is written.
 * @param values of parameters, by name; those that are left out have their defaults
 * @throws Error for a parameter that has neither
 */
export function withParameters(template: unknown, values: Values): unknown {
  const { Parameters: parameters, Conditions: conditions, ...others } = parameterised.parse(template);
  const given = Object.entries(parameters).map(([name, { Default: byDefault }]) => {
    const value = values[name] ?? byDefault;
    if (value === undefined) throw new Error(`Parameter ${name} of the template has no value.`);
    return [name, z.union([z.string(), z.number()]).parse(value).toString()] as const;
  });
  const read = reader(new Map(given), conditions);
  return { ...others, Resources: read(others.Resources), Outputs: read(others.Outputs) };
}

function reader(given: ReadonlyMap<string, string>, conditions: Readonly<Record<string, unknown>>) {
  const holds = (condition: unknown): boolean => {
    const [name, argument] = only(condition);
    const both = () => z.array(z.unknown()).parse(argument);
    if (name === 'Condition') return holds(conditions[z.string().parse(argument)]);
    if (name === 'Fn::Not') return !holds(both()[0]);
    if (name === 'Fn::And') return both().every(holds);
    if (name === 'Fn::Or') return both().some(holds);
    if (name !== 'Fn::Equals') throw new Error(`A condition of the template is ${name}, which is not known here.`);
    const [left, right] = both().map(read);
    return left === right;
  };
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read).filter((one) => one !== nothing);
    if (typeof value !== 'object' || value === null) return value;
    const [name, argument] = only(value);
    if (name === 'Ref') return argument === 'AWS::NoValue' ? nothing : (given.get(String(argument)) ?? value);
    if (name === 'Fn::Select' || name === 'Fn::Split') return picked(name, read(argument));
    if (name === 'Fn::Sub') return substituted(argument, given, read);
    if (name === 'Fn::If') {
      const [condition, yes, no] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
      return read(holds({ Condition: condition }) ? yes : no);
    }
    const entries = Object.entries(value).map(([key, one]) => [key, read(one)] as const);
    return Object.fromEntries(entries.filter(([, one]) => one !== nothing));
  };
  return read;
}

/** Name and argument of a function; no function has no name. */
function only(value: unknown): readonly [string, unknown] {
  const entries: [string, unknown][] = Object.entries(z.record(z.string(), z.unknown()).parse(value));
  const [entry] = entries;
  return entries.length === 1 && entry !== undefined ? entry : ['', undefined];
}

/** A text in which nothing is left to substitute is the text alone. */
function substituted(
  argument: unknown,
  given: ReadonlyMap<string, string>,
  read: (value: unknown) => unknown,
): unknown {
  const inText = (text: string) => text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => given.get(name) ?? whole);
  if (typeof argument === 'string') {
    const text = inText(argument);
    return text.includes('${') ? { 'Fn::Sub': text } : text;
  }
  const [text, written] = z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
  const own = z.record(z.string(), z.unknown()).parse(read(written));
  const texts = Object.entries(own).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (texts.length < Object.keys(own).length) return { 'Fn::Sub': [text, own] };
  return substituted(text, new Map([...given, ...texts]), read);
}

/** A part of a text that is known by now. */
function picked(name: string, argument: unknown): unknown {
  const [how, what] = z.tuple([z.string(), z.unknown()]).parse(argument);
  if (name === 'Fn::Split') return typeof what === 'string' ? what.split(how) : { [name]: argument };
  if (!Array.isArray(what)) return { [name]: argument };
  const one: unknown = what[Number(how)];
  if (one === undefined) throw new Error(`The template selects value ${how} of ${what.length}.`);
  return one;
}
