import type { StoppedTask } from '../../lib/drivers/stopped-tasks.ts';
import type { TargetHealth } from '../../lib/drivers/traffic-router.ts';
import type { RecordedJudgement } from '../../lib/rollout/event-shapes.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import type { RunningSlot } from '../../lib/rollout/running-slot.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import type { ViewReaders } from '../../lib/view/read-rollout.ts';
import { type OpenedEvent, openedEvent, succeeded } from '../contract/opened-event.ts';
import { MemoryEmergencies } from '../model/memory-emergencies.ts';
import { MemoryIncidents } from '../model/memory-incidents.ts';
import { MemoryReleases } from '../model/memory-releases.ts';
import { MemoryRolloutStore } from '../model/memory-rollout-store.ts';
import { digestOf, modelArns, modelSpec } from '../model/model-world.ts';

export const scenarioId = 'web-20260301-100000-abcdef';
export const start = Date.parse('2026-03-01T10:00:00.000Z');

const steps = [
  { weight: 5, bake: '5m' },
  { weight: 25, bake: '15m' },
  { weight: 100, bake: '10m' },
];

const people = [
  { name: 'Ana', mail: 'ana@example.test', roles: ['tech-lead'] },
  { name: 'Ben', mail: 'ben@example.test', roles: ['qa'] },
];

const approvedSpec = modelSpec({ steps, approvals: { required: ['tech-lead', 'qa'], people } });
const plainSpec = modelSpec({ steps });

/** A record that grows by events at given seconds after 10:00, and slots that show what a test says. */
export class Scenario {
  readonly store = new MemoryRolloutStore();
  readonly incidents = new MemoryIncidents();
  readonly emergencies = new MemoryEmergencies();
  readonly releases = new MemoryReleases(this.store, this.store.holds);
  readonly slots: Record<string, RunningSlot | undefined> = { 'web-a': slot('web-a', 4), 'web-b': slot('web-b', 2) };
  readonly health: Record<string, TargetHealth> = {
    [modelArns.groupA]: { healthy: 4, unhealthy: 0, total: 4 },
    [modelArns.groupB]: { healthy: 2, unhealthy: 0, total: 2 },
  };
  readonly stopped: Record<string, readonly StoppedTask[]> = {};
  time = start;
  /** Set where ECS and the load balancers refuse. */
  refused: Error | undefined;

  readonly readers: ViewReaders = {
    store: this.store,
    runtime: { describe: ({ service }) => this.#answer(() => this.slots[service]) },
    router: {
      targetHealth: (group) => this.#answer(() => this.health[group] ?? { healthy: 0, unhealthy: 0, total: 0 }),
    },
    tasks: { stoppedTasks: ({ service }) => this.#answer(() => this.stopped[service] ?? []) },
  };

  #answer<Value>(value: () => Value): Promise<Value> {
    return this.refused === undefined ? Promise.resolve(value()) : Promise.reject(this.refused);
  }

  async open(spec: RolloutSpec = plainSpec, changes: Partial<OpenedEvent> = {}): Promise<this> {
    await this.store.putSpec(spec, 'ada', new Date(start - 3600_000).toISOString());
    await this.store.open(scenarioId, openedEvent({ spec, ...changes }), new Date(this.time).toISOString());
    return this;
  }

  /** Appends events at so many seconds after 10:00; the clock stands there then. */
  async at(seconds: number, ...events: readonly RolloutEvent[]): Promise<this> {
    this.time = start + seconds * 1000;
    const stored = await this.store.load(scenarioId);
    if (stored === undefined) throw new Error('Nothing is open.');
    await this.store.append(stored, events, new Date(this.time).toISOString());
    return this;
  }
}

function slot(service: string, running: number): RunningSlot {
  const facts = { taskDefinition: 'web:1', deploymentId: 'ecs-svc/1', targetGroups: [], active: true };
  return { service, running, desired: running, ...facts };
}

const checked: RolloutEvent = {
  type: 'PreChecksPassed',
  results: [{ name: 'blue-image', passed: true, saw: 'in the registry', expected: 'in the registry' }],
};

const untilTraffic: readonly RolloutEvent[] = [
  checked,
  { type: 'GreenDeployed', taskDefinition: 'web:2', deploymentId: 'ecs-svc/3', count: 2 },
  { type: 'GreenReady', running: 2, digest: digestOf('b') },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  { type: 'TrafficShifted', step: 0, weight: 5 },
];

function judged(changes: Partial<RecordedJudgement> = {}): RecordedJudgement {
  const numbers = { green: 0.004, blue: 0.003, requests: 1204, pass: 0.01, abort: 0.05, sure: 0.12 };
  return { gate: 'error-rate', outcome: 'pass', unit: 'share', reason: 'Within its limit.', ...numbers, ...changes };
}

export function analysed(
  step: number,
  gates: readonly RecordedJudgement[] = [judged()],
  changes: Partial<Extract<RolloutEvent, { type: 'GreenAnalysed' }>> = {},
): RolloutEvent {
  const said = { verdict: 'pass', reason: 'Every gate passes.', measuredWeight: 24.6, secondsLeft: 100 } as const;
  return { type: 'GreenAnalysed', step, gates, ...said, ...changes };
}

/** In the second step, at 25 %, three evaluations in. */
export async function bakingScenario(
  spec?: RolloutSpec,
  scenario = new Scenario(),
  changes: Partial<OpenedEvent> = {},
) {
  await scenario.open(spec, changes);
  await scenario.at(60, ...untilTraffic);
  await scenario.at(360, { type: 'StepPassed', step: 0, weight: 5 }, { type: 'TrafficShifted', step: 1, weight: 25 });
  for (const minute of [1, 2, 3]) await scenario.at(360 + minute * 60, analysed(1));
  return scenario;
}

export async function heldScenario(): Promise<Scenario> {
  const scenario = await bakingScenario();
  const undecided = judged({ outcome: 'hold', sure: 0.93, needs: 'About 400 more requests.' });
  await scenario.at(
    1260,
    analysed(1, [undecided], { verdict: 'hold', reason: 'error-rate: not enough requests yet.' }),
  );
  const until = '2026-03-01T10:51:00.000Z';
  return scenario.at(1260, { type: 'BakeHeld', step: 1, reason: 'error-rate: not enough requests yet.', until });
}

export async function approvalScenario(): Promise<Scenario> {
  const scenario = await new Scenario().open(approvedSpec);
  const until = '2026-03-01T18:00:00.000Z';
  await scenario.at(10, checked);
  await scenario.at(11, { type: 'ApprovalRequested', required: ['tech-lead', 'qa'], asked: ['Ana', 'Ben'], until });
  return scenario.at(70, { type: 'Approved', by: 'Ana', how: 'link', roles: ['tech-lead'] });
}

export async function rollingBackScenario(): Promise<Scenario> {
  const scenario = await bakingScenario();
  const bad = judged({ outcome: 'fail', green: 0.09, sure: 0.9999, reason: '9 % of 1,204 requests failed.' });
  await scenario.at(600, analysed(1, [bad], { verdict: 'fail', reason: 'error-rate: 9 % of 1,204 requests failed.' }));
  scenario.stopped['web-b'] = [
    {
      task: 'f00',
      taskDefinition: 'web:2',
      stoppedAt: '2026-03-01T10:09:00.000Z',
      reason: 'OutOfMemory; app: exit code 137',
      endedByItself: true,
    },
    {
      task: 'old',
      taskDefinition: 'web:1',
      stoppedAt: '2026-03-01T09:09:00.000Z',
      reason: 'of another version',
      endedByItself: true,
    },
  ];
  const reason = 'error-rate: 9 % of 1,204 requests failed.';
  return scenario.at(601, { type: 'RollbackRequested', reason, gate: 'error-rate', by: 'the rollout' });
}

export async function emergencyScenario(): Promise<Scenario> {
  const scenario = await rollingBackScenario();
  const event = { attempt: 2, reason: 'ModifyRule: AccessDenied', rules: ['rule/1: 25 % green'] };
  return scenario.at(630, {
    type: 'TrafficNotRestored',
    ...event,
    command: 'sluice rollback web --direct --stage production',
  });
}

export async function succeededScenario(): Promise<Scenario> {
  const scenario = await bakingScenario();
  await scenario.at(
    1300,
    { type: 'StepPassed', step: 1, weight: 25 },
    { type: 'TrafficShifted', step: 2, weight: 100 },
  );
  await scenario.at(1900, { type: 'StepPassed', step: 2, weight: 100 });
  return scenario.at(1910, succeeded);
}

/** As many steps as an older or a newer version may have stored. */
export async function manyStepsScenario(count = 200): Promise<Scenario> {
  const spec = {
    ...plainSpec,
    steps: Array.from({ length: count }, (_, index) => ({ weight: (index + 1) / 2, bake: 60 })),
  };
  const scenario = await new Scenario().open(spec);
  await scenario.at(10, ...untilTraffic.slice(0, -1));
  for (let step = 0; step < count * 0.6; step += 1) {
    if (step > 0) await scenario.at(step * 60, { type: 'StepPassed', step: step - 1, weight: step / 2 });
    await scenario.at(step * 60 + 20, { type: 'TrafficShifted', step, weight: (step + 1) / 2 }, analysed(step));
  }
  return scenario;
}

/** A rollout that is paused and resumed for days. */
export async function longRecordScenario(events = 10_000): Promise<Scenario> {
  const scenario = await bakingScenario();
  const turns = Array.from({ length: Math.ceil(events / 3) }, (): readonly RolloutEvent[] => [
    { type: 'RolloutPaused', by: 'ada', how: 'command', reason: undefined },
    { type: 'RolloutResumed', by: 'ada', how: 'command', reason: undefined },
    analysed(1),
  ]);
  return scenario.at(900, ...turns.flat());
}

/** As much as an attacker may write anywhere. */
export const hostileText = '\u001b[2J\u001b]0;owned\u0007<script>alert(1)</script>\r\n\u202Eevil 漢字漢字漢字 '.repeat(
  6,
);

/** Text that users control steers a terminal, a page and the width of a line. */
export async function hostileScenario(): Promise<Scenario> {
  const image = { repositoryUri: 'r', digest: digestOf('b'), tag: `1-${hostileText}` };
  const configuration = {
    changes: [{ kind: 'environment', name: hostileText, from: hostileText, to: hostileText } as const],
    more: 3,
  };
  const opened = { image, requestedBy: hostileText, why: hostileText, configuration, greenBase: hostileText };
  const scenario = await new Scenario().open(plainSpec, opened);
  const results = [{ name: hostileText, passed: true, saw: hostileText, expected: hostileText }];
  await scenario.at(60, { type: 'PreChecksPassed', results }, ...untilTraffic.slice(1));
  const gate = judged({ gate: hostileText, outcome: 'hold', reason: hostileText, needs: hostileText });
  await scenario.at(120, analysed(0, [gate], { verdict: 'hold', reason: hostileText }));
  await scenario.at(130, { type: 'RolloutPaused', by: hostileText, how: 'link', reason: hostileText });
  const changes = [{ what: hostileText, expected: hostileText, found: hostileText }];
  await scenario.at(140, { type: 'ForeignChange', changes, who: hostileText, until: '2026-03-01T10:30:00.000Z' });
  scenario.stopped['web-b'] = [
    { task: hostileText, taskDefinition: 'web:2', stoppedAt: undefined, reason: hostileText, endedByItself: false },
  ];
  scenario.slots['web-a'] = undefined;
  return scenario;
}
