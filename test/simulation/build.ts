import type { World } from '../../lib/ports/world.ts';
import type { Machine } from '../statemachines/definitions.ts';
import type { Process } from './aws/process.ts';
import { Definitions } from './aws/step-functions.ts';
import type { Write } from './aws/table.ts';
import type { HintKind } from './faults/faults.ts';

/** The product as it is, or with one of its mechanisms taken out. */
export interface Build {
  readonly definitions: Definitions;
  readonly without: Without;
}

/** What is taken out of a build, in a test. */
export interface Without {
  readonly alterMachine?: (name: string, definition: Machine) => Machine;
  /** Puts something else in the place of a port. */
  readonly alterWorld?: (world: World, process: Process) => World;
  /** Puts another write in the place of one to the table. */
  readonly alterWrite?: (write: Write) => Write;
  /** Hints of these kinds are never delivered. */
  readonly hints?: readonly HintKind[];
}

/** A build of the definitions as they are deployed, or without something. */
export function buildOf(without: Without = {}): Build {
  return { definitions: new Definitions(without.alterMachine), without };
}
