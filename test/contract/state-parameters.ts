import * as z from 'zod';
import { definitionOf, withInner } from '../statemachines/definitions.ts';

/** What a state's paths are resolved against. */
export interface StateInput {
  /** `$` */
  readonly input: unknown;
  /** `$$` */
  readonly context?: unknown;
}

/**
 * The parameters that a state of a machine sends, its paths resolved as Step Functions resolves them.
 * @throws Error where a path leads nowhere, as on AWS, or uses an intrinsic that this reader does not know
 */
export function parametersOf(machine: string, state: string, from: StateInput): Readonly<Record<string, unknown>> {
  return template(field(machine, state, 'Parameters'), from);
}

/** What a state makes of an answer by its `ResultSelector`. */
export function selectedBy(machine: string, state: string, answer: unknown): Readonly<Record<string, unknown>> {
  return template(field(machine, state, 'ResultSelector'), { input: answer });
}

const record = z.record(z.string(), z.unknown());

function field(machine: string, state: string, name: string): Readonly<Record<string, unknown>> {
  const all = withInner(machine, definitionOf(machine)).flatMap(([, { States }]) => Object.entries(States));
  const found = all.find(([key]) => key === state)?.[1];
  return record.parse(found?.[name]);
}

function template(written: Readonly<Record<string, unknown>>, from: StateInput): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) =>
      key.endsWith('.$') ? [key.slice(0, -2), evaluate(z.string().parse(value), from)] : [key, literal(value, from)],
    ),
  );
}

function literal(value: unknown, from: StateInput): unknown {
  if (Array.isArray(value)) return value.map((one) => literal(one, from));
  const inner = record.safeParse(value);
  return inner.success ? template(inner.data, from) : value;
}

function evaluate(expression: string, from: StateInput): unknown {
  const format = /^States\.Format\('([^']*)', *([^)]+)\)$/.exec(expression);
  if (format !== null) return format[1]?.replace('{}', String(evaluate(format[2] ?? '', from)));
  const parse = /^States\.StringToJson\(([^)]+)\)$/.exec(expression);
  if (parse !== null) return JSON.parse(String(evaluate(parse[1] ?? '', from)));
  const path = /^(\$\$?)((?:\.\w+)*)$/.exec(expression);
  if (path === null) throw new Error(`${expression} is not known here`);
  let value = path[1] === '$$' ? from.context : from.input;
  for (const key of (path[2] ?? '').split('.').slice(1)) {
    const inner = record.parse(value);
    if (!(key in inner)) throw new Error(`${expression} leads nowhere: there is no ${key}`);
    value = inner[key];
  }
  return value;
}
