import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as YAML from 'yaml';
import * as z from 'zod';

const folder = path.resolve(import.meta.dirname, '../../statemachines');

/** As much of a state as the tests look at. */
const baseState = z.looseObject({
  Type: z.enum(['Task', 'Choice', 'Wait', 'Pass', 'Map', 'Succeed', 'Fail']),
  Next: z.string().optional(),
  End: z.boolean().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
  TimeoutSeconds: z.number().optional(),
  Retry: z.array(z.looseObject({ ErrorEquals: z.array(z.string()) })).optional(),
  Catch: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).optional(),
  Resource: z.string().optional(),
  ItemProcessor: z.unknown().optional(),
});

const machine = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), baseState) });
export type Machine = z.output<typeof machine>;
export type State = z.output<typeof baseState>;

export const machineNames = readdirSync(folder)
  .filter((name) => name.endsWith('.asl.yml'))
  .map((name) => name.replace('.asl.yml', ''));

/** The definition as it is deployed, before its substitutions. */
export function definitionOf(name: string): Machine {
  return parseMachine(YAML.parse(readFileSync(path.join(folder, `${name}.asl.yml`), 'utf8'), { maxAliasCount: 1000 }));
}

/** Checks that a value is a machine, as far as the tests look at one. */
export function parseMachine(value: unknown): Machine {
  return machine.parse(value);
}

/** A machine and the machines inside its Map states, each with a name. */
export function withInner(name: string, outer: Machine): readonly (readonly [string, Machine])[] {
  const inner = Object.entries(outer.States).flatMap(([stateName, state]) =>
    state.Type === 'Map' ? withInner(`${name}/${stateName}`, parseMachine(state.ItemProcessor)) : [],
  );
  return [[name, outer], ...inner];
}

/** Every state that may come right after one. */
export function successors(state: State): readonly string[] {
  return [
    ...(state.Next === undefined ? [] : [state.Next]),
    ...(state.Default === undefined ? [] : [state.Default]),
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Catch ?? []).map(({ Next }) => Next),
  ];
}
