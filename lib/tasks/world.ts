import type { EcrRegistry } from '../spec/ecr-registry.ts';
import type { Surroundings } from '../notification/message.ts';
import type { Alarms } from '../ports/alarms.ts';
import type { Announcer } from '../ports/announcer.ts';
import type { AuditTrail } from '../ports/audit-trail.ts';
import type { Capacity } from '../ports/capacity.ts';
import type { EvidenceArchive, EvidenceSource } from '../ports/evidence.ts';
import type { Executions } from '../ports/executions.ts';
import type { ImageRegistry } from '../ports/image-registry.ts';
import type { Measures } from '../ports/measures.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Probes } from '../ports/probe.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import type { Schedules } from '../ports/schedules.ts';
import type { SlotRuntime } from '../ports/slot-runtime.ts';
import type { TaskTokens, WaitingExecutions } from '../ports/task-tokens.ts';
import type { TrafficRouter } from '../ports/traffic-router.ts';

/** Everything outside that a use case may touch; each one takes only the parts that it needs. */
export interface World {
  readonly store: RolloutStore;
  readonly router: TrafficRouter;
  readonly runtime: SlotRuntime;
  readonly capacity: Capacity;
  readonly registry: ImageRegistry;
  readonly metrics: MetricSource;
  readonly alarms: Alarms;
  readonly trail: AuditTrail;
  readonly probe: Probes;
  /** Of the rollout machine. */
  readonly executions: Executions;
  /** Of the rollback machine. */
  readonly rollbacks: Executions;
  /** Of the retirement machine. */
  readonly retirements: Executions;
  /** Of the rollback machine, where nobody else starts it. */
  readonly schedules: Schedules;
  /** Ends of waits for people. */
  readonly deadlines: Schedules;
  readonly taskTokens: TaskTokens;
  readonly waiting: WaitingExecutions;
  readonly announcer: Announcer;
  readonly evidence: EvidenceSource;
  readonly archive: EvidenceArchive;
  readonly outbox: Outbox;
  readonly measures: Measures;
  /** The stage that is deployed, and where. */
  readonly surroundings: Surroundings;
  /** The stack's own account and region. */
  readonly home: EcrRegistry;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** An unguessable word of letters and digits. */
  readonly randomWord: () => string;
}

export type Part<Name extends keyof World> = Pick<World, Name>;
