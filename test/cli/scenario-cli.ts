import type { Scenario } from '../view/scenarios.ts';
import { FakeCli } from './cli-harness.ts';
import type { FakeTerminal } from './fake-terminal.ts';

/** A command line beside a scenario, on a terminal or in a pipe. */
export function cliOf(scenario: Scenario, terminal?: FakeTerminal): FakeCli {
  const { store, readers, time } = scenario;
  return Object.assign(new FakeCli(), { store, seen: readers, time, terminal });
}
