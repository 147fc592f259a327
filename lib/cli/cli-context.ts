import type { DeploymentHooks } from '../drivers/deployment-settings.ts';
import type { ServiceLook } from '../drivers/service-look.ts';
import type { TrafficRouter } from '../drivers/traffic-router.ts';
import type { TaskLogs } from '../drivers/task-logs.ts';
import type { MetricSource } from '../metrics/source.ts';
import type { SlotReaders } from '../view/live-sides.ts';
import type { ImageRegistry } from '../ports/image-registry.ts';
import type { Part } from '../ports/world.ts';
import type { KeptRecord } from '../ports/kept-record.ts';
import type { SeenSignIn } from '../ports/sign-ins.ts';
import type { Emergencies } from '../ports/emergencies.ts';
import type { Incidents } from '../ports/incidents.ts';
import type { ReleaseStore } from '../ports/releases.ts';
import type { Signer } from '../ports/signer.ts';
import type { ArchiveCopy } from '../storage/archive/archive-copy.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import type { AlarmAdmin } from './alarms/alarm-admin.ts';
import type { AccountFacts } from './doctor/account-facts.ts';
import type { StackDeployment } from './stack/stack-deployment.ts';
import type { CommandAnswer, CommandRequest } from '../usecases/people/command-request.ts';
import type { MintedLink } from './connect-commands.ts';
import type { PackagedStack } from './stack/stack-template.ts';
import type { ChannelAnswer } from '../usecases/notifying/test-notifications.ts';
import type { Renewal } from './run-child.ts';
import type { Paint } from './terminal/line.ts';
import type { Terminal } from './terminal/screen.ts';

/** Where a stack is: `--stage` and `--region` as written; the SDK finds a region that is left out. */
export interface StackOptions {
  readonly stage: string;
  readonly region?: string | undefined;
  /** For an emergency: what does not answer at once counts as not there. */
  readonly impatient?: boolean | undefined;
}

export interface ExecutionOutcome {
  readonly status: 'running' | 'succeeded' | 'failed';
  /** Error and cause of one that failed, as the machine wrote them. */
  readonly error: string;
  readonly cause: string;
}

/** Executions of the stack's rollout machine. */
export interface RolloutExecutions {
  /** Starts one under a name that is used once; returns its ARN. */
  start(name: string, input: unknown): Promise<string>;
  describe(executionArn: string): Promise<ExecutionOutcome>;
}

/** What the start of a rollback came to: started, or one that runs already was found. */
export interface RollbackStart {
  readonly executionArn: string;
  readonly joined: boolean;
}

/** What the stack sends to people. */
export interface StackNotifications {
  /** Sends a test through every channel of a service's applied spec. */
  test(
    service: string,
    requestedBy: string,
  ): Promise<{ readonly known: boolean; readonly answers: readonly ChannelAnswer[] }>;
  /** Sends again what no channel took; tells how many there were. */
  redrive(): Promise<{ readonly deliveries: number; readonly reminders: number }>;
}

/** One deployed Sluice. */
export interface Stack {
  readonly store: Pick<
    RolloutStore,
    | 'waiting'
    | 'putStop'
    | 'stops'
    | 'attested'
    | 'maintenance'
    | 'spec'
    | 'specVersion'
    | 'specVersions'
    | 'load'
    | 'append'
    | 'events'
    | 'announcedUpTo'
    | 'list'
    | 'service'
    | 'services'
    | 'holders'
  >;
  /** Emergencies of services. */
  readonly emergencies: Pick<Emergencies, 'emergency'>;
  /** Incidents of services. */
  readonly incidents: Pick<Incidents, 'incident'>;
  /** Releases of several services. */
  readonly releases: Pick<ReleaseStore, 'load' | 'list'>;
  /** The record of a rollout exactly as it is kept; `undefined` where there is none. */
  record(rolloutId: string): Promise<KeptRecord | undefined>;
  /** Who came to the pages, oldest first. */
  signIns(): Promise<readonly SeenSignIn[]>;
  /** The services and rules, only ever read. */
  readonly slots: () => Promise<Part<'router' | 'runtime'>>;
  /** Images, only ever read. */
  readonly registry: () => Promise<ImageRegistry>;
  /** What checks read besides services, rules and images. */
  readonly checked: () => Promise<Part<'capacity' | 'probe' | 'facts'>>;
  /** Tasks and targets for a view: what does not answer at once counts as not known, and holds nobody up. */
  readonly seen: SlotReaders;
  /** What the tasks of services write. */
  readonly logs: TaskLogs;
  readonly executions: RolloutExecutions;
  /**
   * Has the stack do a command, under the principal of the caller's credentials.
   * @throws ApiAway where its API does not take commands now
   */
  command(request: CommandRequest): Promise<CommandAnswer>;
  /**
   * Returns a link to a page for the principal of the caller's credentials.
   * @param to `rollouts/<id>`, `services/<name>`, or nothing for all services
   * @throws ApiAway where the stack's API gives none
   */
  pageLink(to: string): Promise<MintedLink>;
  /** Starts the rollback machine as the next attempt for a rollout; one that runs already is joined. */
  startRollback(rolloutId: string, input: Readonly<Record<string, string>>): Promise<RollbackStart>;
  /** Starts the rollback machine to close a rollback as it is; an execution that does so already is joined. */
  startClosing(rolloutId: string, input: Readonly<Record<string, string>>): Promise<RollbackStart>;
  /** Takes a rollout over, so that every other writer is refused; false where it has ended or is not there. */
  claim(rolloutId: string, by: string): Promise<boolean>;
  readonly notifications: StackNotifications;
}

/** What the guard of a rollout carries, for the time in which the table does not answer. */
export interface GuardedRules {
  readonly rolloutId: string;
  readonly rules: readonly {
    readonly kind: 'rule' | 'listener';
    readonly arn: string;
    readonly blue: string;
    readonly green: string;
  }[];
}

/** The guards of a stage's rollouts, as EventBridge Scheduler has them. */
export interface Guards {
  /** What the guard of a service's newest rollout carries; `undefined` where none is under way. */
  newestOf(service: string): Promise<GuardedRules | undefined>;
}

/** The world of the command line: what it reads, where it writes, how it reaches a stack. */
export interface CliWorld {
  /** One line for the caller: results alone. */
  readonly out: (line: string) => void;
  /** One line beside the result: errors, warnings, progress. */
  readonly err: (line: string) => void;
  /** What results are shown on; `undefined` in a pipe or a file. */
  readonly terminal: Terminal | undefined;
  /** Colours of results, where they are wanted (`NO_COLOR`, `FORCE_COLOR`, terminal or not). */
  readonly paint: Paint;
  /** The reader's, as IANA names it. Most verbs never ask, and to find out takes 12 ms. */
  readonly timeZone: () => string;
  readonly connect: (options: StackOptions) => Promise<Stack>;
  /** The load balancers alone, which need nothing of the stack. */
  readonly balancer: (options: StackOptions) => Promise<Pick<TrafficRouter, 'read' | 'write'>>;
  /** The schedules of the guards alone. */
  readonly guards: (options: StackOptions) => Promise<Guards>;
  /** A key of KMS that signs attestations. */
  readonly signer: (key: string, options: Pick<StackOptions, 'region'>) => Promise<Signer>;
  /** A copy of the archive in a folder, or the bucket behind `s3://`. */
  readonly archive: (place: string, options: Pick<StackOptions, 'region'>) => Promise<ArchiveCopy>;
  /** ECS and the load balancers, only ever looked at; needs nothing of the stack. */
  readonly look: (options: Pick<StackOptions, 'region'>) => Promise<ServiceLook>;
  /** The hooks of ECS services; needs nothing of the stack. */
  readonly hooks: (options: Pick<StackOptions, 'region'>) => Promise<DeploymentHooks>;
  /** The CloudWatch alarms of the account and region; needs nothing of the stack. */
  readonly alarms: (options: Pick<StackOptions, 'region'>) => Promise<AlarmAdmin>;
  /** What gates read, with the rights of the caller; needs nothing of the stack. */
  readonly metrics: (options: Pick<StackOptions, 'region'>) => Promise<MetricSource>;
  /** CloudFormation and the buckets, for the stack of a stage. */
  readonly deployment: (options: StackOptions) => Promise<StackDeployment>;
  /** The account itself: its caller, its rights, its quotas, its trails; only ever read. */
  readonly account: (options: Pick<StackOptions, 'region'>) => Promise<AccountFacts>;
  /** The stack that this package carries. */
  readonly packagedStack: () => Promise<PackagedStack>;
  /** What somebody at the terminal answers; `undefined` where there is no terminal. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Text of a file, cut off where no spec goes on; a file that cannot be read is an Error with a `code`. */
  readonly readFile: (path: string) => Promise<string>;
  /** Writes a file, with the folders above it; one that is there stays, unless it may be overwritten. */
  readonly writeFile: (path: string, text: string, overwrite: boolean) => Promise<'written' | 'exists'>;
  /** Runs a command of the caller's with their terminal, and does something again and again meanwhile; returns its exit code. */
  readonly run: (command: readonly string[], renewal: Renewal) => Promise<number>;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Who runs the command, as far as this machine knows. */
  readonly user: () => string;
  /** Makes the names of executions unique. */
  readonly randomId: () => string;
}

/** What a verb gets. */
export interface CliContext extends CliWorld {
  /** What the process exits with once the verb is done; 0 unless it says otherwise. 3 is for what could not be found out; others are those of a command that was run. */
  readonly exitWith: (code: number) => void;
}

export { ApiAway, CliFailure } from './cli-failure.ts';
