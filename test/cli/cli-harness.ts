import type { AlarmAdmin } from '../../lib/cli/alarms/alarm-admin.ts';
import type { CliWorld, ExecutionOutcome, GuardedRules, Stack, StackOptions } from '../../lib/cli/cli-context.ts';
import { ApiAway } from '../../lib/cli/cli-failure.ts';
import type { RoleFacts } from '../../lib/approval/caller.ts';
import { type CommandAnswer, commandRequest, type CommandRequest } from '../../lib/usecases/people/command-request.ts';
import { takeCommand } from '../../lib/usecases/people/take-command.ts';
import type { AccountFacts } from '../../lib/cli/doctor/account-facts.ts';
import { runProgram } from '../../lib/cli/program.ts';
import type { Renewal } from '../../lib/cli/run-child.ts';
import type { Terminal } from '../../lib/cli/terminal/screen.ts';
import type { Paint } from '../../lib/cli/terminal/line.ts';
import type { CommandFactory } from '../../lib/cli/verbs.ts';
import type { ChannelAnswer } from '../../lib/usecases/notifying/test-notifications.ts';
import type { MetricSource } from '../../lib/metrics/source.ts';
import type { DeploymentHooks } from '../../lib/drivers/deployment-settings.ts';
import type { ServiceLook } from '../../lib/drivers/service-look.ts';
import type { KeptRecord } from '../../lib/ports/kept-record.ts';
import type { SeenSignIn } from '../../lib/ports/sign-ins.ts';
import type { StoredRollout } from '../../lib/ports/rollout-store.ts';
import type { Signer } from '../../lib/ports/signer.ts';
import type { ArchiveCopy } from '../../lib/storage/archive/archive-copy.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { orderEmergency } from '../../lib/usecases/emergency/order-emergency.ts';
import { incidentOrder } from '../../lib/ports/incident-orders.ts';
import { orderIncident } from '../../lib/usecases/incident/order-incident.ts';
import { MemoryEmergencies } from '../model/memory-emergencies.ts';
import { MemoryIncidents } from '../model/memory-incidents.ts';
import { MemoryReleases } from '../model/memory-releases.ts';
import { MemoryRolloutStore } from '../model/memory-rollout-store.ts';
import { ModelWorld } from '../model/model-world.ts';
import { exampleSpec } from '../specification/example-spec.ts';
import { FakeDeployment, samplePackage } from './fake-deployment.ts';

export interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

export function webSpec(): RolloutSpec {
  const parsed = parseSpec(exampleSpec, 'web.yml');
  if (!parsed.ok) throw new Error('The example is no good spec.');
  return parsed.spec;
}

type OpenedEvent = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

function openedEvent(executionArn: string): OpenedEvent {
  return {
    type: 'RolloutOpened',
    service: 'web',
    image: { repositoryUri: 'registry/shop/web', digest: `sha256:${'a'.repeat(64)}`, tag: '412-9f8d111' },
    requestedBy: 'ada',
    traceId: 'trace',
    executionArn,
    spec: webSpec(),
    specVersion: 3,
    blue: 'a',
    green: 'b',
    blueTaskDefinition: 'web:1',
    blueCount: 2,
    blueDigest: undefined,
    restorePlan: [],
  };
}

/** A stack in memory and a clock that moves only when somebody sleeps; what should happen meanwhile is scheduled. */
export class FakeCli implements Stack {
  readonly store = new MemoryRolloutStore();
  readonly emergencies = new MemoryEmergencies();
  readonly incidents = new MemoryIncidents();
  /** Executions of the incident machine. */
  readonly incidentStarts: { readonly name: string; readonly input: unknown }[] = [];
  readonly releases = new MemoryReleases(this.store, this.store.holds);
  readonly files = new Map<string, string>();
  readonly starts: { readonly name: string; readonly input: unknown }[] = [];
  readonly releaseStarts: { readonly name: string; readonly input: unknown }[] = [];
  readonly connected: StackOptions[] = [];
  outcome: ExecutionOutcome = { status: 'running', error: '', cause: '' };
  time = Date.parse('2026-03-01T10:00:00.000Z');
  readonly #later: { readonly at: number; readonly what: () => Promise<unknown> }[] = [];

  /** Records as they are kept. */
  readonly seenSignIns: SeenSignIn[] = [];
  signIns() {
    return Promise.resolve(this.seenSignIns);
  }

  readonly records = new Map<string, KeptRecord>();
  record(rolloutId: string) {
    return Promise.resolve(this.records.get(rolloutId));
  }

  /** What `sluice notify test` is told, by service. */
  readonly answers = new Map<string, readonly ChannelAnswer[]>();
  readonly notifications: Stack['notifications'] = {
    test: (service) => {
      const answers = this.answers.get(service);
      return Promise.resolve({ known: answers !== undefined, answers: answers ?? [] });
    },
    redrive: () => Promise.resolve({ deliveries: 3, reminders: 1 }),
  };

  readonly executions: Stack['executions'] = {
    start: (name, input) => {
      this.starts.push({ name, input });
      return Promise.resolve(`arn:execution:${name}`);
    },
    describe: () => Promise.resolve(this.outcome),
  };

  /** Who AWS says the caller is, what IAM has, and whether the API of the stack answers. */
  principal = 'arn:aws:iam::123456789012:user/grace';
  readonly roles = new Map<string, RoleFacts>();
  isApiAway = false;
  isIamAway = false;
  readonly commands: CommandRequest[] = [];
  command(request: CommandRequest): Promise<CommandAnswer> {
    if (this.isApiAway) return Promise.reject(new ApiAway('it does not answer'));
    this.commands.push(request);
    return takeCommand(commandRequest.parse(JSON.parse(JSON.stringify(request))), this.principal, {
      store: this.store,
      now: () => new Date(this.time),
      roles: {
        read: (name) =>
          this.isIamAway ? Promise.reject(new Error('IAM does not answer')) : Promise.resolve(this.roles.get(name)),
      },
      executions: {
        start: async (name, input) => ({
          executionArn: await this.executions.start(name, input),
          alreadyStarted: false,
        }),
      },
      releaseExecutions: {
        start: (name, input) => {
          this.releaseStarts.push({ name, input });
          return Promise.resolve({ executionArn: `arn:execution:${name}`, alreadyStarted: false });
        },
      },
      keepMaintenance: (service) => {
        this.keptMaintenances.push(service);
        return Promise.resolve({ service, removed: 1, ...this.keptMaintenance });
      },
      orderEmergency: (order) =>
        orderEmergency(order, {
          store: this.store,
          emergencies: this.emergencies,
          now: () => new Date(this.time),
          emergencyExecutions: {
            start: (name, input) => {
              this.emergencyStarts.push({ name, input });
              return Promise.resolve({
                executionArn: `arn:execution:${name}`,
                alreadyStarted: this.emergencyStarts.filter((one) => one.name === name).length > 1,
              });
            },
            isRunning: () => Promise.resolve(true),
          },
        }),
      orderIncident: (order) =>
        orderIncident(incidentOrder.parse(order), {
          store: this.store,
          incidents: this.incidents,
          now: () => new Date(this.time),
          incidentExecutions: {
            start: (name, input) => {
              const alreadyStarted = this.incidentStarts.some((one) => one.name === name);
              this.incidentStarts.push({ name, input });
              return Promise.resolve({ executionArn: `arn:execution:${name}`, alreadyStarted });
            },
            arnOf: (name) => `arn:execution:${name}`,
            isRunning: () => Promise.resolve(true),
          },
        }),
      startRollout: (name, input) => this.executions.start(name, input),
      startClosing: (rolloutId, input) => this.startClosing(rolloutId, input),
      startRollback: async (rolloutId, input) => {
        const { executionArn, joined } = await this.startRollback(rolloutId, input);
        return { execution: executionArn, outcome: joined ? 'joined' : 'started' };
      },
    });
  }

  /** Executions of the emergency machine. */
  readonly emergencyStarts: { readonly name: string; readonly input: unknown }[] = [];
  /** Calls of the function that writes rules of maintenance, and what it says. */
  readonly keptMaintenances: string[] = [];
  keptMaintenance: { readonly standing: 'up' | 'down' | 'refused'; readonly reason?: string } = { standing: 'up' };

  /** Pages that were asked for. */
  readonly pages: string[] = [];
  pageLink(to: string) {
    if (this.isApiAway) return Promise.reject(new ApiAway('it does not answer'));
    this.pages.push(to);
    return Promise.resolve({
      url: `https://pages.example.com/open/${'t'.repeat(40)}`,
      until: '2026-03-01T10:05:00.000Z',
    });
  }

  /** Starts of the rollback machine; `joins` says that one runs already. */
  readonly rollbacks: { readonly rolloutId: string; readonly input: unknown }[] = [];
  joins = false;
  startRollback(rolloutId: string, input: Readonly<Record<string, string>>) {
    this.rollbacks.push({ rolloutId, input });
    return Promise.resolve({ executionArn: `arn:execution:${rolloutId}-rb-1`, joined: this.joins });
  }

  /** Starts of the rollback machine to close a rollback. */
  readonly closings: { readonly rolloutId: string; readonly input: unknown }[] = [];
  startClosing(rolloutId: string, input: Readonly<Record<string, string>>) {
    this.closings.push({ rolloutId, input });
    return Promise.resolve({ executionArn: `arn:execution:${rolloutId}-close-1`, joined: false });
  }

  claim(rolloutId: string) {
    return Promise.resolve(this.store.claim(rolloutId) !== undefined);
  }

  /** The load balancer alone. */
  readonly world = new ModelWorld();
  readonly slots = () => Promise.resolve(this.world);
  readonly registry = () => Promise.resolve(this.world.registry);
  readonly checked = () => Promise.resolve(this.world);
  seen: Stack['seen'] = {
    runtime: this.world.runtime,
    router: this.world.router,
    tasks: { stoppedTasks: () => Promise.resolve([]) },
  };
  logs: Stack['logs'] = {
    placesOf: () => Promise.resolve({ places: [], elsewhere: [] }),
    tasksOf: () => Promise.resolve({ tasks: [], cutAt: undefined }),
    linesOf: () => Promise.resolve({ lines: [], leftOut: [], isWhole: true }),
  };
  /** Results go into a pipe where undefined. */
  terminal: Terminal | undefined;
  paint: Paint = (_, text) => text;
  timeZone = 'UTC';
  /** What the guard of the newest rollout carries. */
  guarded: GuardedRules | undefined;
  /** Other stages; a stage without one is this. */
  readonly stages = new Map<string, Stack>();
  /** Keys of KMS, by their names. */
  readonly signers = new Map<string, Signer>();

  /** Archives, by the folder or address that names them. */
  readonly archives = new Map<string, ArchiveCopy>();
  /** ECS and load balancers that are looked at; none where undefined. */
  looks: ServiceLook | undefined;
  readonly looked: unknown[] = [];
  /** Hooks of ECS services; none where undefined. */
  hooks: DeploymentHooks | undefined;
  /** CloudWatch alarms; none where undefined. */
  alarms: AlarmAdmin | undefined;
  /** What gates read; none where undefined. */
  metricSource: MetricSource | undefined;
  /** The account that is asked; none where undefined. */
  account: AccountFacts | undefined;
  /** CloudFormation and the buckets. */
  readonly deployment = new FakeDeployment();
  packaged = samplePackage();
  /** What the terminal answers; none where undefined. */
  answer: string | undefined;
  readonly asked: string[] = [];
  /** Whether table and machines answer. */
  isDown = false;

  /** Something that happens once so much time has passed. */
  after(seconds: number, what: () => Promise<unknown>): void {
    this.#later.push({ at: this.time + seconds * 1000, what });
  }

  async open(rolloutId: string, facts: string | Partial<OpenedEvent> = {}): Promise<void> {
    const given = typeof facts === 'string' ? { executionArn: facts } : facts;
    const event = { ...openedEvent(`arn:execution:${rolloutId}`), ...given };
    await this.store.open(rolloutId, event, new Date(this.time).toISOString());
  }

  /** What the record has of a rollout. */
  async recorded(rolloutId: string): Promise<{ readonly events: readonly RolloutEvent[] }> {
    return { events: (await this.store.events(rolloutId, 0)).map(({ event }) => event) };
  }

  async append(rolloutId: string, ...events: readonly RolloutEvent[]): Promise<void> {
    const stored: StoredRollout | undefined = await this.store.load(rolloutId);
    if (stored === undefined) throw new Error(`There is no rollout ${rolloutId}.`);
    await this.store.append(stored, events, new Date(this.time).toISOString());
  }

  /** Commands of the caller's that were run, and what each does. */
  readonly ran: (readonly string[])[] = [];
  child: (renewal: Renewal) => Promise<number> = () => Promise.resolve(0);
  /** Time passes. */
  pass(seconds: number): Promise<void> {
    return this.#pass(seconds * 1000);
  }

  async run(args: string | readonly string[], ...extraCommands: readonly CommandFactory[]): Promise<Ran> {
    const [out, err]: [string[], string[]] = [[], []];
    const world: CliWorld = {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      terminal: this.terminal,
      paint: this.paint,
      timeZone: () => this.timeZone,
      connect: (options) => {
        this.connected.push(options);
        if (this.isDown)
          return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
        return Promise.resolve(this.stages.get(options.stage) ?? this);
      },
      balancer: () => Promise.resolve(this.world.router),
      guards: () => Promise.resolve({ newestOf: () => Promise.resolve(this.guarded) }),
      signer: (key) => {
        const found = this.signers.get(key);
        return found === undefined ? Promise.reject(new Error(`There is no key ${key}.`)) : Promise.resolve(found);
      },
      archive: (place) => {
        const found = this.archives.get(place);
        return found === undefined ? Promise.reject(new Error(`no archive ${place}`)) : Promise.resolve(found);
      },
      look: (options) => {
        this.looked.push(options);
        if (this.looks === undefined) return Promise.reject(new Error('There is nothing to look at.'));
        return Promise.resolve(this.looks);
      },
      alarms: () => {
        if (this.alarms === undefined) return Promise.reject(new Error('There are no alarms to ask.'));
        return Promise.resolve(this.alarms);
      },
      hooks: () => {
        if (this.hooks === undefined) return Promise.reject(new Error('There are no hooks to write.'));
        return Promise.resolve(this.hooks);
      },
      metrics: () => {
        if (this.metricSource === undefined) return Promise.reject(new Error('There are no metrics to read.'));
        return Promise.resolve(this.metricSource);
      },
      deployment: () => Promise.resolve(this.deployment),
      account: () => {
        if (this.account === undefined) return Promise.reject(new Error('There is no account to ask.'));
        return Promise.resolve(this.account);
      },
      packagedStack: () => Promise.resolve(this.packaged),
      ask: (question) => {
        this.asked.push(question);
        return Promise.resolve(this.answer);
      },
      readFile: (path) => {
        const text = this.files.get(path);
        if (text !== undefined) return Promise.resolve(text);
        return Promise.reject(Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' }));
      },
      writeFile: (path, text, overwrite) => {
        if (this.files.has(path) && !overwrite) return Promise.resolve('exists');
        this.files.set(path, text);
        return Promise.resolve('written');
      },
      run: async (command, renewal) => {
        this.ran.push(command);
        return this.child(renewal);
      },
      now: () => new Date(this.time),
      sleep: (milliseconds) => this.#pass(milliseconds),
      user: () => 'grace@laptop',
      randomId: () => `r${this.starts.length}`,
    };
    const words = typeof args === 'string' ? args.split(' ').filter((word) => word !== '') : args;
    return { code: await runProgram(words, world, { version: '1.2.3', extraCommands }), out, err };
  }

  async #pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    for (const event of this.#later.splice(0)) {
      if (event.at <= this.time) await event.what();
      else this.#later.push(event);
    }
  }
}
