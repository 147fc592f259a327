import { parseArgs } from 'node:util';
import { faultKinds } from './faults/draw.ts';
import type { Fault } from './faults/faults.ts';
import { type SimulatedDriver, simulatedDrivers } from './scenario.ts';

/** What `npm run sim` is asked for. */
export interface SimulationOptions {
  readonly runs: number;
  readonly seed: number;
  readonly json: boolean;
  /** Tells the whole story of the run with this seed, and nothing else. */
  readonly only: number | undefined;
  /** Kinds of faults that all are drawn from; `undefined` for a mix of all that each run draws itself. */
  readonly faults: readonly Fault['kind'][] | undefined;
  /** The driver of every run; `undefined` where each draws its own. */
  readonly driver: SimulatedDriver | undefined;
}

/** The options cannot be understood; the message says which, and what is expected. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** How the options are written. */
export const usage = 'npm run sim -- [--runs N] [--seed S] [--json] [--only SEED] [--faults KIND,KIND] [--driver NAME]';
const mostRuns = 10_000_000;
const greatestSeed = 2 ** 32 - 1;

/** @throws OptionError */
export function parseOptions(args: readonly string[], anySeed: () => number): SimulationOptions {
  const { runs, seed, json, only, faults, driver } = parsed(args);
  return {
    runs: whole('--runs', runs ?? '500', 1, mostRuns),
    seed: seed === undefined ? anySeed() : whole('--seed', seed, 0, greatestSeed),
    json: json ?? false,
    only: only === undefined ? undefined : whole('--only', only, 0, greatestSeed),
    faults: faults?.split(',').map(kindNamed),
    driver: driver === undefined ? undefined : driverNamed(driver),
  };
}

function kindNamed(name: string): Fault['kind'] {
  const found = faultKinds.find((kind) => kind === name);
  if (found !== undefined) return found;
  throw new OptionError(`--faults has "${name}", expected ${faultKinds.join(', ')}.\nUsage: ${usage}`);
}

function driverNamed(name: string): SimulatedDriver {
  const found = simulatedDrivers.find((driver) => driver === name);
  if (found !== undefined) return found;
  throw new OptionError(`--driver is "${name}", expected ${simulatedDrivers.join(' or ')}.\nUsage: ${usage}`);
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    runs: text,
    seed: text,
    json: { type: 'boolean' },
    only: text,
    faults: text,
    driver: text,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionError(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`);
  }
}

function whole(option: string, written: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(written) ? Number(written) : Number.NaN;
  if (value >= least && value <= most) return value;
  const expected = `a whole number from ${String(least)} to ${String(most)}`;
  throw new OptionError(`${option} is "${written}", expected ${expected}.\nUsage: ${usage}`);
}
