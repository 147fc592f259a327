import type { StoredRollout } from '../../lib/ports/rollout-store.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import type { CheckResult } from '../../lib/rollout/event-shapes.ts';
import type { RoutingAction } from '../../lib/drivers/rules/routing.ts';
import { restorationOf } from '../../lib/drivers/rules/unread-restoration.ts';
import { severityOf } from '../../lib/rollout/transition.ts';
import { checkGreen } from '../../lib/usecases/green/check-green.ts';
import { confirmRestored } from '../../lib/usecases/rollback/confirm-restored.ts';
import { finishRollout } from '../../lib/usecases/shifting/finish-rollout.ts';
import { judgePreChecks } from '../../lib/usecases/checks/judge-pre-checks.ts';
import { openHeaderRoute } from '../../lib/usecases/green/open-header-route.ts';
import { openRollout } from '../../lib/usecases/opening/open-rollout.ts';
import { pinCapacity } from '../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../lib/usecases/green/provision-green.ts';
import { requestRollback } from '../../lib/usecases/rollback/request-rollback.ts';
import { restoreTraffic } from '../../lib/usecases/rollback/restore-traffic.ts';
import { shiftTraffic } from '../../lib/usecases/shifting/shift-traffic.ts';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../model/model-world.ts';
import { untilVerified } from './until-verified.ts';

export const goodImage = '412-9f8d111';
export const badImage = '413-b4dc0de';

/** A rollout on the model, on its way; every stage is reached by the use cases themselves. */
export class Journey {
  readonly world = new ModelWorld();
  rolloutId = '';
  fence = 0;

  get owned(): { rolloutId: string; fence: number } {
    return { rolloutId: this.rolloutId, fence: this.fence };
  }

  async stored(): Promise<StoredRollout> {
    const stored = await this.world.store.load(this.rolloutId);
    if (stored === undefined) throw new Error('no rollout was opened');
    return stored;
  }

  async append(...events: readonly RolloutEvent[]): Promise<void> {
    await this.world.store.append(await this.stored(), events, this.world.now().toISOString());
  }

  /** What the rollback machine does first. */
  claim(): void {
    const claimed = this.world.store.claim(this.rolloutId);
    if (claimed === undefined) throw new Error('there is nothing to claim');
    this.fence = claimed.fence;
  }

  /** What was recorded, in order: all of it, or what is of one type. */
  async events(type?: RolloutEvent['type']): Promise<readonly RolloutEvent[]> {
    const events = (await this.world.store.events(this.rolloutId, 0)).map(({ event }) => event);
    return type === undefined ? events : events.filter((event) => event.type === type);
  }

  /** All that people hear of, in order. */
  async transitions(): Promise<readonly string[]> {
    return (await this.events()).map(({ type }) => type).filter((type) => severityOf(type) !== undefined);
  }

  /** What is true of the world outside the record. */
  facts(): unknown {
    const { slots, autoscaling, actions, headerRoutes, announcements, kept } = this.world;
    const { started, startedRollbacks, startedRetirements, taskTokens } = this.world;
    return JSON.parse(
      JSON.stringify({
        slots: [...slots],
        autoscaling: [...autoscaling],
        actions: [...actions],
        headerRoutes: [...headerRoutes],
        started,
        kept: [...kept.keys()],
        startedRollbacks,
        startedRetirements,
        waiting: [[...taskTokens.tokens], taskTokens.answers],
        announced: announcements.map(({ sequence, type }) => [sequence, type]),
      }),
    );
  }
}

/** Requested by one whom no spec of the tests names. */
export const openInput = (image = goodImage, requestedBy = 'Erin') => ({
  request: { service: 'web', image, requestedBy },
  executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:execution-1',
  startedAt: '2026-03-01T10:00:00.000Z',
});

export interface Circumstances {
  /** What the pre-checks found. */
  readonly results?: readonly CheckResult[];
  readonly image?: string;
  readonly spec?: RolloutSpec;
  /** Who asks for the rollout. */
  readonly requestedBy?: string;
  /** Group stickiness of the rules, in seconds. */
  readonly sticky?: number;
  /** Changes the model before the rollout opens. */
  readonly prepare?: (world: ModelWorld) => void;
  /** Puts other actions in place of a plain forward action on every rule. */
  readonly route?: (world: ModelWorld) => void;
}

/** All to slot a, with group stickiness. */
export function stickyActions(seconds: number): readonly RoutingAction[] {
  const TargetGroups = [
    { TargetGroupArn: modelArns.groupA, Weight: 100 },
    { TargetGroupArn: modelArns.groupB, Weight: 0 },
  ];
  const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: seconds };
  return [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } }];
}

/** People for the three roles, one who may stand for two of them, and one who asks for rollouts as `ci`. */
export const people = [
  { name: 'Ana', roles: ['tech-lead'], mail: 'ana@example.com' },
  { name: 'Ben', roles: ['product-manager'], mail: 'ben@example.com' },
  { name: 'Cleo', roles: ['qa'], mail: 'cleo@example.com', alias: ['ci'] },
  { name: 'Dan', roles: ['qa', 'tech-lead'], mail: 'dan@example.com' },
];

/** The model's spec with approvals switched on. */
export const withApprovals = (approvals: Readonly<Record<string, unknown>> = {}) =>
  modelSpec({ approvals: { people, ...approvals } });

export const passedChecks: CheckResult[] = [{ name: 'answer', passed: true, saw: 'x', expected: 'y', answered: true }];

/** Takes a journey one stage on, from the stage before it. */
const stages = {
  applied: async ({ world }: Journey, { spec = modelSpec(), sticky, prepare, route }: Circumstances) => {
    prepare?.(world);
    world.addImage(goodImage, digestOf('b'));
    world.addImage(badImage, digestOf('c'), 0.3);
    const onBlue = sticky === undefined ? (world.actions.get(modelArns.rule) ?? []) : stickyActions(sticky);
    for (const target of spec.traffic) world.actions.set('rule' in target ? target.rule : target.listener, onBlue);
    route?.(world);
    await world.store.putSpec(spec, 'a test', world.now().toISOString());
  },
  opened: async (journey: Journey, { image = goodImage, requestedBy }: Circumstances) => {
    const opened = await openRollout(openInput(image, requestedBy), journey.world);
    if (opened.outcome !== 'opened') throw new Error(opened.reason);
    journey.rolloutId = opened.rolloutId;
    journey.fence = opened.fence;
  },
  checked: (journey: Journey, { results = passedChecks }: Circumstances) =>
    judgePreChecks({ ...journey.owned, results: [...results] }, journey.world),
  pinned: (journey: Journey) => pinCapacity(journey.owned, journey.world),
  deployed: (journey: Journey) => provisionGreen(journey.owned, journey.world),
  ready: (journey: Journey) => checkGreen(journey.owned, journey.world),
  verified: ({ owned, world }: Journey) =>
    untilVerified(owned, world, (milliseconds) => {
      world.time += milliseconds;
    }),
  routed: (journey: Journey) => openHeaderRoute(journey.owned, journey.world),
  shifted: (journey: Journey) => shiftTraffic({ ...journey.owned, step: 0 }, journey.world),
  stepPassed: (journey: Journey) => journey.append({ type: 'StepPassed', step: 0, weight: 10 }),
  shiftedTwice: (journey: Journey) => shiftTraffic({ ...journey.owned, step: 1 }, journey.world),
  allShifted: async (journey: Journey) => {
    await journey.append({ type: 'StepPassed', step: 1, weight: 50 });
    await shiftTraffic({ ...journey.owned, step: 2 }, journey.world);
  },
  finishing: (journey: Journey) => journey.append({ type: 'StepPassed', step: 2, weight: 100 }),
  finished: (journey: Journey) => finishRollout(journey.owned, journey.world),
} satisfies Record<string, (journey: Journey, circumstances: Circumstances) => Promise<unknown>>;

/** Stages of a rollback, each after the one before it; they begin at any stage that holds the lock. */
const rollbackStages = {
  requested: (journey: Journey) =>
    requestRollback({ ...journey.owned, error: { Error: 'Timeout', Cause: 'the network is down' } }, journey.world),
  claimed: (journey: Journey) => {
    journey.claim();
    return Promise.resolve();
  },
  restored: async (journey: Journey) => {
    for (const { kind, arn, actions } of restorationOf((await journey.stored()).state)) {
      await restoreTraffic({ ...journey.owned, item: { kind, arn, actions: [...actions] } }, journey.world);
    }
  },
  confirmed: (journey: Journey) => confirmRestored({ ...journey.owned, startedAt, request }, journey.world),
} satisfies Record<string, (journey: Journey) => Promise<unknown>>;

/** When the rollback's execution began. */
export const startedAt = '2026-03-01T10:00:00.000Z';
export const request = { by: 'on-call', reason: 'customers complain' };

export type Stage = keyof typeof stages;
export type RollbackStage = keyof typeof rollbackStages;

/** A rollout that has got this far. */
export async function journeyTo(stage: Stage, circumstances: Circumstances = {}): Promise<Journey> {
  const journey = new Journey();
  for (const [name, step] of Object.entries(stages)) {
    await step(journey, circumstances);
    if (name === stage) break;
  }
  return journey;
}

/** A rollout whose blue has scaled out meanwhile, so that green has too few tasks. */
export async function outgrown(stage: Stage): Promise<Journey> {
  const journey = await journeyTo(stage, { spec: modelSpec({ capacity: { sizing: 'full' } }) });
  const blue = journey.world.slots.get('web-a');
  if (blue !== undefined) blue.desired = 4;
  return journey;
}

/** A rollout that has got this far, and then so far back. */
export async function rollbackTo(
  stage: RollbackStage,
  from: Stage = 'shifted',
  before: (journey: Journey) => unknown = () => undefined,
  circumstances: Circumstances = {},
): Promise<Journey> {
  const journey = await journeyTo(from, circumstances);
  await before(journey);
  for (const [name, step] of Object.entries(rollbackStages)) {
    await step(journey);
    if (name === stage) break;
  }
  return journey;
}
