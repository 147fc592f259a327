import { describeFault } from './faults/faults.ts';
import type { StoryLine, Violation } from './invariants/watch.ts';
import type { Scenario } from './scenario.ts';
import type { Shrunk } from './shrink.ts';

/** Most lines of a story; what is longer loses its middle. */
const mostLines = 90;
const longestLine = 220;

/** A broken promise as people read it: what broke, by which faults, and the course of things. */
export function storyOf(scenario: Scenario, violation: Violation, { faults, outcome }: Shrunk): string {
  const { seed, version, requestsPerSecond, spec } = scenario;
  const steps = spec.steps.map(({ weight }) => `${String(weight)} %`).join(', ');
  return [
    `run ${String(seed)}: "${violation.invariant}" does not hold: ${violation.said}`,
    `  a ${version} version, ${String(requestsPerSecond)} requests/s, steps ${steps}; faults:`,
    ...(faults.length === 0 ? ['    none'] : faults.map((fault) => `    ${describeFault(fault)}`)),
    ...timeline(outcome.story),
    `  again, with everything that happens: npm run sim -- --only ${String(seed)} --driver ${spec.driver}`,
  ].join('\n');
}

/** The course of things, one line each, seconds first. */
function timeline(story: readonly StoryLine[]): readonly string[] {
  const told = story
    .filter(({ said }) => !/: (announcer|schedules|capacity)\.|GreenAnalysed: (hold|pass)/.test(said))
    .map(({ at, said }) => `  ${at.toFixed(1).padStart(8)} s  ${said.slice(0, longestLine)}`);
  if (told.length <= mostLines) return told;
  const half = mostLines / 2;
  return [...told.slice(0, half), `            ... ${String(told.length - mostLines)} more ...`, ...told.slice(-half)];
}
