import type { EcrRegistry } from '../specification/ecr-registry.ts';
import type { Installation } from '../messages/message.ts';
import type { Alarms } from '../metrics/alarms.ts';
import type { Announcer } from './announcer.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Capacity } from '../drivers/capacity.ts';
import type { EvidenceArchive, EvidenceSource } from '../drivers/evidence.ts';
import type { Emergencies } from './emergencies.ts';
import type { Executions } from './executions.ts';
import type { Incidents } from './incidents.ts';
import type { ImageRegistry } from './image-registry.ts';
import type { Measures } from './measures.ts';
import type { MetricSource } from '../metrics/source.ts';
import type { OneOffTasks } from '../drivers/one-off-tasks.ts';
import type { Outbox } from './outbox.ts';
import type { Probes } from './probe.ts';
import type { PushTrail } from './push-trail.ts';
import type { ReleaseStore } from './releases.ts';
import type { RolloutStore } from './rollout-store.ts';
import type { RuleTemplates } from './rule-templates.ts';
import type { StoppedTasks } from '../drivers/stopped-tasks.ts';
import type { Schedules } from './schedules.ts';
import type { ServiceFacts } from './service-facts.ts';
import type { SlotRuntime } from '../drivers/slot-runtime.ts';
import type { TaskTokens, WaitingExecutions } from './task-tokens.ts';
import type { TrafficRouter } from '../drivers/traffic-router.ts';

/** Everything outside that a use case may touch; each one takes only the parts that it needs. */
export interface World {
  readonly store: RolloutStore;
  readonly releases: ReleaseStore;
  readonly emergencies: Emergencies;
  readonly incidents: Incidents;
  readonly router: TrafficRouter;
  /** Templates of infrastructure code that own rules. */
  readonly templates: RuleTemplates;
  readonly runtime: SlotRuntime;
  /** Tasks beside those of the slots, such as a migration. */
  readonly oneOffTasks: OneOffTasks;
  readonly capacity: Capacity;
  readonly registry: ImageRegistry;
  /** What checks read besides slots, rules and images. */
  readonly facts: ServiceFacts;
  readonly metrics: MetricSource;
  readonly alarms: Alarms;
  readonly trail: AuditTrail;
  readonly pushTrail: PushTrail;
  readonly probe: Probes;
  /** Of the rollout machine. */
  readonly executions: Executions;
  /** Of the rollback machine. */
  readonly rollbacks: Executions;
  /** Of the release machine. */
  readonly releaseExecutions: Executions;
  /** Of the incident machine. */
  readonly incidentExecutions: Executions;
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
  readonly stoppedTasks: StoppedTasks;
  readonly archive: EvidenceArchive;
  readonly outbox: Outbox;
  readonly measures: Measures;
  /** The stage that is deployed, and where. */
  readonly installation: Installation;
  /** The stack's own account and region. */
  readonly home: EcrRegistry;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** An unguessable word of letters and digits. */
  readonly randomWord: () => string;
}

export type Part<Name extends keyof World> = Pick<World, Name>;
