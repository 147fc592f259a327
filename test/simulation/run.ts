import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import type { Announcement } from '../../lib/ports/announcer.ts';
import type { Effect } from './aws/process.ts';
import type { Execution } from './aws/step-functions.ts';
import { clientThrough } from './aws/table.ts';
import type { Build } from './build.ts';
import type { Fault } from './faults/faults.ts';
import { firstActions } from './first-actions.ts';
import { checkAlarms } from './invariants/alarms.ts';
import { checkEnd } from './invariants/at-the-end.ts';
import { checkForeignHands } from './invariants/foreign-hands.ts';
import { checkGuardPeriod } from './invariants/guard-period.ts';
import { checkHealing } from './invariants/healing.ts';
import { checkMessages } from './invariants/messages.ts';
import { checkOthersChanges } from './invariants/others-changes.ts';
import { checkTurnedBad } from './invariants/turned-bad.ts';
import { UsersFirst } from './invariants/users-first.ts';
import type { StoryLine, Violation } from './invariants/watch.ts';
import type { VirtualClock } from './kernel/clock.ts';
import { Parts } from './parts.ts';
import { type Scenario, start } from './scenario.ts';
import { addVersions } from './versions.ts';

/** How a run went. */
export interface Outcome {
  readonly violations: readonly Violation[];
  readonly fired: readonly Fault[];
  readonly story: readonly StoryLine[];
  readonly announcements: readonly Announcement[];
  readonly effects: readonly Effect[];
  readonly executions: readonly Execution[];
  /** States of any machine that called something. */
  readonly states: ReadonlySet<string>;
}

/** All timers of a run go off within this: the limit on a rollout, its retention, and a second one. */
const longestSeconds = 24 * 3600;

/** One run, from the first request for a rollout until everything has come to rest. */
export class Run {
  readonly #scenario: Scenario;
  readonly #parts: Parts;

  constructor(clock: VirtualClock, scenario: Scenario, faults: readonly Fault[], build: Build) {
    this.#scenario = scenario;
    this.#parts = new Parts(clock, scenario, faults, build);
  }

  async toTheEnd(): Promise<Outcome> {
    const { truth, watch, plan, others } = this.#parts;
    await this.#prepare();
    others.begin();
    const users = new UsersFirst(plan, () => truth, watch);
    await truth.clock.run(start + longestSeconds * 1000, () => {
      users.check();
    });
    const executions = [...this.#parts.executions.all.values()];
    checkEnd(executions, truth, watch);
    checkForeignHands(truth, watch);
    checkTurnedBad(plan, users.onlyGreenServed, truth, watch);
    checkGuardPeriod(plan, users.onlyGreenServed, truth, watch);
    checkAlarms(plan, users.onlyGreenServed, truth, watch);
    checkOthersChanges(truth, watch);
    checkMessages(this.#parts.channels, truth, watch);
    checkHealing(plan, truth, watch);
    const { violations, story, announcements } = watch;
    const { effects, states } = this.#parts;
    return { violations, fired: plan.fired, story, announcements, effects, executions, states };
  }

  /** What a team has set up before its first rollout. */
  async #prepare(): Promise<void> {
    const { clock, table, balancer, slots } = this.#parts.truth;
    const { spec } = this.#scenario;
    spec.traffic.forEach((target, index) => {
      const groups = spec.slots.a.targetGroups;
      const group = groups[index % groups.length] ?? '';
      balancer.write('rule' in target ? target.rule : target.listener, firstActions(group, this.#scenario));
    });
    addVersions(slots, this.#scenario);
    const store = dynamoDbRolloutStore(
      clientThrough((command) => Promise.resolve(table.carryOut(command))),
      'sluice-test',
    );
    await store.putSpec(spec, 'a test', new Date(clock.now()).toISOString());
  }
}
