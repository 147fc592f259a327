import { seededRandom } from '../../local/fleet/seeded-random.ts';
import { openRelease } from '../../lib/usecases/release/open-release.ts';
import { reviveReleases } from '../../lib/usecases/release/revive-releases.ts';
import { stepRelease, type StepReleaseOutput } from '../../lib/usecases/release/step-release.ts';
import { tellRelease } from '../../lib/usecases/release/tell-release.ts';
import type { Direction, ReleaseState } from '../../lib/releases/release-state.ts';
import { backBefore, type Ordered, predecessorsOf } from '../../lib/releases/order.ts';
import { modelExecutionArn } from '../model/model-executions.ts';
import { type Fate, ReleasedServices } from './released-services.ts';

/** What one run does, drawn from its seed. */
export interface Draw {
  readonly members: readonly Ordered[];
  readonly onFailure: 'rollBackAll' | 'stop' | 'continue';
  readonly fates: ReadonlyMap<string, readonly Fate[]>;
  /** Share of calls that fail, before or after they are carried out. */
  readonly faults: number;
  /** Evaluations after which the execution is lost for a while. */
  readonly deaths: number;
  /** A person goes back with a member, or aborts its rollout, without the release. */
  readonly byHand: { readonly service: string; readonly at: number } | undefined;
  readonly told: { readonly direction: Direction; readonly at: number } | undefined;
}

export interface Ran {
  readonly draw: Draw;
  readonly services: ReleasedServices;
  readonly state: ReleaseState;
  /** Promises that were broken, in words. */
  readonly broken: readonly string[];
  /** Whether another release that shares a member was refused while this one ran. */
  readonly rival: string;
}

const names = ['auth', 'gateway', 'workflow', 'notify', 'report', 'web'];

function draw(seed: number): Draw {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[], otherwise: T): T => list[Math.floor(random() * list.length)] ?? otherwise;
  const count = 2 + Math.floor(random() * 5);
  const members = names.slice(0, count).map((service, index): Ordered => {
    const before = names.slice(0, index);
    return {
      service,
      after: before.filter(() => random() < 0.25),
      needs: Object.fromEntries(before.filter(() => random() < 0.25).map((name) => [name, '>= 412'] as const)),
    };
  });
  const fates = members.map(({ service }): readonly [string, readonly Fate[]] => {
    const forward: Fate = random() < 0.75 ? 'good' : pick(['rejected', 'notOpened', 'rolledBack'], 'rolledBack');
    const back: Fate[] = random() < 0.15 ? ['notOpened'] : random() < 0.05 ? ['rolledBack'] : [];
    return [service, [forward, ...back]];
  });
  const someone = pick(members, members[0] ?? { service: '', after: [], needs: {} }).service;
  return {
    members,
    onFailure: random() < 0.7 ? 'rollBackAll' : pick(['stop', 'continue'], 'stop'),
    fates: new Map(fates),
    faults: random() < 0.5 ? 0 : random() * 0.1,
    deaths: random() < 0.5 ? 0 : random() * 0.15,
    byHand: random() < 0.2 ? { service: someone, at: Math.floor(random() * 30) } : undefined,
    told:
      random() < 0.25
        ? { direction: pick<Direction>(['abort', 'rollBackAll'], 'abort'), at: Math.floor(random() * 30) }
        : undefined,
  };
}

/** A port whose calls fail now and then, before or after they are carried out. */
function faulty<Port extends object>(port: Port, share: number, random: () => number): Port {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || key === 'arnOf') return value;
      return async (...args: readonly unknown[]) => {
        if (random() < share / 2) throw new Error(`injected before ${String(key)}`);
        const answer: unknown = await Reflect.apply(value, target, [...args]);
        if (random() < share / 2) throw new Error(`injected after ${String(key)}`);
        return answer;
      };
    },
  });
}

const releaseId = 'checkout-20260301-100000-abc123';
const mostTurns = 800;

/** Runs one release to its end, with everything that its draw holds. */
export async function runRelease(seed: number): Promise<Ran> {
  const drawn = draw(seed);
  const random = seededRandom(seed + 1);
  const { members } = drawn;
  const services = new ReleasedServices(members.map(({ service }) => service));
  services.takes = () => 1 + Math.floor(random() * 40);
  for (const [service, fates] of drawn.fates) services.fates.set(service, [...fates]);
  await services.applySpecs();
  const broken: string[] = [];
  services.onChange = () => broken.push(...forbidden(drawn, services));
  const { world } = services;
  const request = { release: { release: 'checkout', members, onFailure: drawn.onFailure }, images: imagesOf(members) };
  const opening = { request, executionArn: arnOf(releaseId), executionName: releaseId, startedAt: iso(services) };
  const opened = await openRelease(opening, world);
  if (opened.outcome !== 'opened') throw new Error(opened.reason);
  world.running.add(arnOf(releaseId));
  const rival = await openRival(members, services);
  const unreliable = {
    ...{ now: world.now, installation: world.installation, router: world.router, runtime: world.runtime },
    store: faulty(world.store, drawn.faults, random),
    releases: faulty(world.releases, drawn.faults, random),
    executions: faulty(world.executions, drawn.faults, random),
    rollbacks: faulty(world.rollbacks, drawn.faults, random),
    releaseExecutions: faulty(world.releaseExecutions, drawn.faults, random),
    announcer: faulty(world.announcer, drawn.faults, random),
  };
  let execution = releaseId;
  for (let turn = 0; ; turn += 1) {
    if (turn > mostTurns) broken.push('it does not end');
    if (drawn.byHand?.at === turn) await actByHand(drawn.byHand.service, services, turn);
    if (drawn.told?.at === turn) {
      await tellRelease({ releaseId, told: { ...drawn.told, by: 'ana', reason: 'no' } }, world);
    }
    const input = { releaseId, executionArn: arnOf(execution), turns: 0 };
    const answers = await Promise.allSettled(
      Array.from({ length: random() < 0.1 ? 2 : 1 }, () => stepRelease(input, unreliable)),
    );
    const [answer] = answers.flatMap((one): StepReleaseOutput[] => (one.status === 'fulfilled' ? [one.value] : []));
    const outcome = answer?.outcome ?? 'waiting';
    if (turn > mostTurns || (outcome !== 'waiting' && outcome !== 'joined' && outcome !== 'renew')) break;
    if (random() < drawn.deaths) {
      world.running.delete(arnOf(execution));
      await services.pass(Math.floor(random() * 900));
      await reviveReleases({}, world);
      execution = world.startedReleases.at(-1)?.name ?? execution;
    }
    await services.pass(answer?.waitSeconds ?? 2);
  }
  await services.pass(600);
  const stored = await world.releases.load(releaseId);
  if (stored === undefined) throw new Error('The release is gone.');
  broken.push(...(await leftBehind(stored.state, drawn, services)));
  return { draw: drawn, services, state: stored.state, broken: [...new Set(broken)], rival };
}

const arnOf = (name: string) => modelExecutionArn('release', name);
const iso = ({ world }: ReleasedServices) => new Date(world.time).toISOString();
const imagesOf = (members: readonly Ordered[]) =>
  Object.fromEntries(members.map(({ service }) => [service, '412-9f8d111'] as const));

/** Another release that shares one member must get none of its own. */
async function openRival([first]: readonly Ordered[], { world }: ReleasedServices): Promise<string> {
  const members = [{ service: first?.service ?? '', after: [], needs: {} }];
  const name = 'rival-20260301-100001-abc123';
  const request = { release: { release: 'rival', members }, images: imagesOf(members) };
  const startedAt = new Date(world.time).toISOString();
  const answer = await openRelease({ request, executionArn: arnOf(name), executionName: name, startedAt }, world);
  return answer.outcome === 'rejected' ? answer.reason : answer.outcome;
}

async function actByHand(service: string, services: ReleasedServices, turn: number): Promise<void> {
  const { lockedBy } = await services.world.store.service(service);
  if (lockedBy === undefined) await services.goBackByHand(service, `by-hand-${turn}`);
  else await services.abortByHand(service);
}

/** Sets of versions that a need forbids and users meet all the same. What a person does by hand is theirs. */
function forbidden({ members, byHand }: Draw, services: ReleasedServices): readonly string[] {
  if (byHand !== undefined) return [];
  return members.flatMap(({ service, needs }) =>
    Object.keys(needs)
      .filter((name) => services.reachesNew(service) && !services.isAllNew(name))
      .map((name) => `${service} meets users on its new version while ${name} is not all on its own`),
  );
}

/** What is not as the end of the release says. */
async function leftBehind(
  { members, outcome }: ReleaseState,
  { byHand, told, onFailure }: Draw,
  services: ReleasedServices,
): Promise<readonly string[]> {
  const { store, releases } = services.world;
  const broken: string[] = [];
  for (const { service, standing, reason } of members) {
    const isNew = services.isAllNew(service);
    const saysNew = standing === 'serves' || standing === 'stuck';
    if (isNew !== saysNew && byHand?.service !== service)
      broken.push(`${service} is said to be ${standing}, which it is not`);
    if (standing === 'stuck' && reason === undefined) broken.push(`${service} is stuck and nothing says why`);
    if ((await store.service(service)).hold !== undefined) broken.push(`${service} is still held`);
  }
  const events = (await releases.events(releaseId)).map(({ event }) => event);
  const turnedAt = events.findIndex(({ type }) => type === 'ReleaseTurned');
  if (turnedAt !== -1 && events.slice(turnedAt).some(({ type }) => type === 'MemberBegun')) {
    broken.push('a member began after the release had turned');
  }
  for (const member of members) broken.push(...outOfOrder(member, members, events));
  const standings = new Set(members.map(({ standing }) => standing));
  if (outcome === 'succeeded' && [...standings].some((one) => one !== 'serves'))
    broken.push('succeeded with less than all');
  if (outcome === 'rolledBack' && standings.has('serves')) broken.push('rolled back with less than all');
  if (outcome === 'incomplete' && !standings.has('stuck')) broken.push('incomplete, and nothing is stuck');
  if (outcome === undefined) broken.push('it has no outcome');
  if (outcome === 'partly' && onFailure !== 'continue') broken.push('ended in part');
  if (outcome === 'stopped' && onFailure !== 'stop' && told === undefined) broken.push('stopped by nobody');
  return broken;
}

type Events = readonly { readonly type: string; readonly service?: string | undefined }[];

/** A member began after those before it, and went back after those that need it. */
function outOfOrder(member: Ordered, members: readonly Ordered[], events: Events): readonly string[] {
  const at = (type: string, service: string) => events.findIndex((one) => one.type === type && one.service === service);
  const began = at('MemberBegun', member.service);
  const early = predecessorsOf(member).filter((name) => began !== -1 && at('MemberServes', name) > began);
  const unserved = predecessorsOf(member).filter((name) => began !== -1 && at('MemberServes', name) === -1);
  const returns = events.findIndex(
    (one) => one.type === 'MemberReturns' && one.service === member.service && 'how' in one && one.how === 'toKept',
  );
  const first = backBefore(members, member.service).filter(
    (name) => returns !== -1 && at('MemberBegun', name) !== -1 && at('MemberReturns', name) > returns,
  );
  return [
    ...[...early, ...unserved].map((name) => `${member.service} began before ${name} served`),
    ...first.map((name) => `${member.service} went back before ${name}, which needs it`),
  ];
}
