import type { Command } from '../../../lib/approval/judge-command.ts';
import { dynamoDbRolloutStore } from '../../../lib/storage/dynamodb-rollout-store.ts';
import type { Announcement } from '../../../lib/ports/announcer.ts';
import { answerApproval } from '../../../lib/usecases/people/answer-approval.ts';
import { type CommandNeeds, commandRollout } from '../../../lib/usecases/people/command-rollout.ts';
import { type CloseNeeds, requestClose } from '../../../lib/usecases/people/request-close.ts';
import { startRollback } from '../../../lib/usecases/rollback/start-rollback.ts';
import { digestOf } from '../../model/model-world.ts';
import type { Fault } from '../faults/faults.ts';
import { activeRollouts, rolloutsIn } from '../invariants/watch.ts';
import { applySpec, editRule, meddle, redrive, ring, type OperatedParts } from './operators.ts';
import { executionsOf } from './executions-port.ts';
import { clientThrough } from './table.ts';

/** From a critical message to what a person does about it, in milliseconds. */
const reactsWithin = 15 * 60_000;

type Of<K extends Fault['kind']> = Extract<Fault, { kind: K }>;

/** Everybody else: who pushes, who presses Stop, who edits a rule, what makes targets fail. */
export class Others {
  readonly #parts: OperatedParts;
  #isMending = false;
  #hasHeardOfRollback = false;

  constructor(parts: OperatedParts) {
    this.#parts = parts;
  }

  /** Asks for the first rollout, and sets what others do later. */
  begin(): void {
    const { scenario, faults } = this.#parts;
    if (scenario.byHand) this.#start('by-hand', '412-9f8d111');
    else this.#push('412-9f8d111', 'b');

    for (const fault of faults.ofKind('stopped')) this.#at(fault.at, fault, () => this.#stop(fault));
    for (const fault of faults.ofKind('foreign')) this.#at(fault.at, fault, () => meddle(fault, this.#parts));
    for (const fault of faults.ofKind('asked-back')) this.#at(fault.at, fault, () => this.askBack());
    for (const fault of faults.ofKind('command')) this.#at(fault.at, fault, () => this.#say(fault.what));
    for (const fault of faults.ofKind('turns-bad')) this.#at(fault.at, fault, () => this.#turn());
    for (const fault of faults.ofKind('return')) this.#at(fault.at, fault, () => this.#return());
    for (const fault of faults.ofKind('autoscaling')) this.#at(fault.at, fault, () => this.#scale(fault));
    for (const fault of faults.ofKind('second-push')) this.#at(fault.at, fault, () => this.#push('413-b4dc0de', 'c'));
    for (const fault of faults.ofKind('unhealthy')) {
      this.#at(fault.from, fault, () => this.#sicken(fault));
    }
    for (const fault of faults.ofKind('redrive')) this.#at(fault.at, fault, () => redrive(fault, this.#parts));
    for (const fault of faults.ofKind('closed')) {
      if (fault.heard !== true) this.#at(fault.at, fault, () => this.#close());
    }
    for (const fault of faults.ofKind('rule-edit')) this.#at(fault.at, fault, () => editRule(fault, this.#parts));
    for (const fault of faults.ofKind('new-spec')) this.#at(fault.at, fault, () => applySpec(this.#parts));
    for (const fault of faults.ofKind('alarm')) this.#at(fault.from, fault, () => ring(this.#parts));
    for (const fault of faults.ofKind('tasks-die')) this.#at(fault.from, fault, () => this.#kill(fault));
  }

  /** A person who is told that blue is not healthy puts right what somebody did to it. */
  hears({ type, rolloutId }: Announcement): void {
    const { clock, region, scenario, watch } = this.#parts;
    if (type === 'ApprovalRequested') this.#approve(rolloutId);
    if (type === 'RollbackRequested') this.#hearsOfRollback();
    if (type === 'RestorationHeld') this.#leave();
    if (type !== 'BlueNotHealthy' || this.#isMending) return;
    this.#isMending = true;
    clock.after(reactsWithin, () => {
      this.#isMending = false;
      const [active] = activeRollouts(region.table);
      if (active === undefined) return;
      const { service } = region.slots.behind(scenario.spec.slots[active.blue].targetGroup);
      if (region.slots.slot(service).desired >= active.blueCount) return;
      watch.tell('a person gives blue its tasks back');
      region.slots.scale(service, active.blueCount);
    });
  }

  /** Nobody gives a version its tasks back that a deployment of somebody else has replaced: a person closes the rollback as it is. */
  #leave(): void {
    const { clock, region, scenario } = this.#parts;
    if (region.oneService === undefined) return;
    clock.after(reactsWithin, () => {
      const [active] = activeRollouts(region.table);
      if (active === undefined || region.slots.behind(scenario.spec.slots[active.blue].targetGroup).desired > 0) return;
      this.#close();
    });
  }

  #hearsOfRollback(): void {
    if (this.#hasHeardOfRollback) return;
    this.#hasHeardOfRollback = true;
    for (const fault of this.#parts.faults.ofKind('closed')) {
      if (fault.heard === true) this.#at(fault.at, fault, () => this.#close());
    }
  }

  /** Somebody starts the rollback machine for the newest rollout, which may have ended while they read. */
  askBack(): boolean {
    const { executions, region, watch } = this.#parts;
    const newest = rolloutsIn(region.table).at(-1);
    if (newest === undefined) return false;
    watch.tell(`somebody asks for a rollback of ${newest.rolloutId}`);
    const input = { rolloutId: newest.rolloutId, by: 'on-call', reason: 'customers complain' };
    return executions.start('rollback', `by-hand-${String(region.calls.count('by hand'))}`, input);
  }

  /** Everybody who is asked answers at some time, most of them with yes, as often as they hear of it. */
  #approve(rolloutId: string): void {
    const { clock, scenario, random, watch } = this.#parts;
    const world = this.#desk();
    for (const person of scenario.spec.approvals.people) {
      const answer = random.uniform() < 0.8 ? 'approve' : 'reject';
      clock.after(random.integer(10_000, 2_400_000), () => {
        watch.tell(`${person.name} says ${answer}`);
        void answerApproval(rolloutId, person, answer, { how: 'link', reason: 'as I see it' }, world);
      });
    }
  }

  /** A person at the command line, one whom the spec names where it names anybody, tells the rollout that runs something. */
  #say(what: Command): boolean {
    const { clock, region, watch } = this.#parts;
    const [active] = activeRollouts(region.table);
    if (active === undefined) return false;
    watch.tell(`somebody says ${what}`);
    const by = active.spec.approvals.people[0]?.name ?? 'Ana';
    void commandRollout(active.rolloutId, what, { by, how: 'command', reason: 'my own' }, this.#desk());
    if (what === 'pause') clock.after(reactsWithin, () => this.#say('resume'));
    return true;
  }

  /** Closes the rollback that runs, as `sluice close` does. */
  #close(): boolean {
    const { executions, region, watch } = this.#parts;
    const [active] = activeRollouts(region.table);
    if (active?.phase !== 'rollingBack') return false;
    watch.tell(`a person closes the rollback of ${active.rolloutId}`);
    const startClosing: CloseNeeds['startClosing'] = (rolloutId, request) =>
      Promise.resolve(executions.start('rollback', `${rolloutId}-close-1`, { rolloutId, ...request }));
    const decider = { by: 'on-call', how: 'command', reason: 'blue serves' } as const;
    void requestClose(active.rolloutId, decider, [], { ...this.#desk(), startClosing });
    return true;
  }

  #turn(): boolean {
    this.#parts.region.slots.turn(digestOf('b'), 0.3);
    return true;
  }

  #return(): boolean {
    const { executions, region, watch } = this.#parts;
    watch.tell('somebody goes back to the version that is kept');
    const input = { service: 'web', requestedBy: 'on-call', rollback: { to: 'kept', reason: 'customers complain' } };
    return executions.start('rollout', `return-${String(region.calls.count('by hand'))}`, input);
  }

  /** What a command reaches from a person's desk, where nothing fails: the record is what could. */
  #desk(): CommandNeeds {
    const { region, executions, clock } = this.#parts;
    const store = dynamoDbRolloutStore(
      clientThrough((command) => Promise.resolve(region.table.carryOut(command))),
      'sluice-test',
    );
    const at = <T>(_: string, act: (age: number) => T) => Promise.resolve(act(0));
    const rollbacks = executionsOf('rollback', executions, at, at);
    return {
      store,
      now: () => new Date(clock.now()),
      startRollback: (rolloutId, request) => startRollback({ rolloutId, ...request }, { store, rollbacks }),
      startRollout: (name, input) => Promise.resolve(executions.start('rollout', name, input)),
    };
  }

  /** Does it at its moment; `isDone` false says that there was nothing to do. */
  #at(at: number, fault: Fault, act: () => boolean): void {
    const { clock, faults } = this.#parts;
    clock.after(at * 1000, () => {
      if (act()) faults.mark(fault);
    });
  }

  #push(tag: string, letter: string): boolean {
    this.#parts.hints.deliver('push', 'ReceivePush', {
      id: `push-${tag}`,
      source: 'aws.ecr',
      'detail-type': 'ECR Image Action',
      detail: {
        ...{ 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': 'shop/web' },
        ...{ 'image-digest': digestOf(letter), 'image-tag': tag },
      },
    });
    return true;
  }

  #start(name: string, image: string): void {
    this.#parts.executions.start('rollout', name, { service: 'web', image });
  }

  #stop({ machine }: Of<'stopped'>): boolean {
    const { executions } = this.#parts;
    const running = [...executions.all.values()].filter((one) => one.machine === machine && one.status === 'RUNNING');
    for (const { arn } of running) executions.stop(arn);
    return running.length > 0;
  }

  /** A scaling policy adds tasks, or takes some, within the limits and where it is not suspended. */
  #scale({ slot, to }: Of<'autoscaling'>): boolean {
    const { region, scenario, watch } = this.#parts;
    const { service } = scenario.spec.slots[slot];
    const settings = region.autoscaling.get(service);
    const { desired } = region.slots.slot(service);
    if (settings === undefined || desired === 0) return false;
    const wanted = Math.min(settings.max, Math.max(settings.min, to));
    if (wanted === desired || (wanted > desired ? settings.suspended.scaleOut : settings.suspended.scaleIn))
      return false;
    watch.tell(`autoscaling takes ${service} from ${String(desired)} to ${String(wanted)}`);
    const [active] = activeRollouts(region.table);
    const isBlue = active !== undefined && active.weight > 0 && service === scenario.spec.slots[active.blue].service;
    if (isBlue && wanted < Math.min(desired, active.blueCount)) {
      watch.break('blue keeps full capacity', `autoscaling took blue from ${String(desired)} to ${String(wanted)}`);
    }
    region.slots.scale(service, wanted);
    return true;
  }

  #kill({ slot, seconds }: Of<'tasks-die'>): boolean {
    const { region, scenario, watch } = this.#parts;
    const [active] = activeRollouts(region.table);
    if (active === undefined) return false;
    const { service } = region.slots.behind(scenario.spec.slots[active[slot]].targetGroup);
    watch.tell(`every task of ${service} ends`);
    region.slots.die(service, seconds * 1000);
    return true;
  }

  #sicken({ slot, all, seconds }: Of<'unhealthy'>): boolean {
    const { region, scenario, clock } = this.#parts;
    const [active] = activeRollouts(region.table);
    if (active === undefined) return false;
    const { targetGroup } = scenario.spec.slots[active[slot]];
    const targets = all ? 1000 : 1;
    region.slots.behind(targetGroup).sick.push({ from: clock.now(), to: clock.now() + seconds * 1000, targets });
    return true;
  }
}
