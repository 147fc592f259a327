import { withServiceDeployments } from '../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import { restorationOf } from '../../lib/drivers/rules/unread-restoration.ts';
import { ecsSlotRuntime } from '../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../lib/drivers/slots/elb-traffic-router.ts';
import type { StoredRollout } from '../../lib/ports/rollout-store.ts';
import type { World } from '../../lib/ports/world.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { receiveHookInput } from '../../lib/usecases/attached/receive-hook.ts';
import { sizeGreen } from '../../lib/usecases/green/size-green.ts';
import { openRollout } from '../../lib/usecases/opening/open-rollout.ts';
import { confirmRestored } from '../../lib/usecases/rollback/confirm-restored.ts';
import { removeGreen } from '../../lib/usecases/rollback/remove-green.ts';
import { requestRollback } from '../../lib/usecases/rollback/request-rollback.ts';
import { restoreTraffic } from '../../lib/usecases/rollback/restore-traffic.ts';
import { shiftTraffic } from '../../lib/usecases/shifting/shift-traffic.ts';
import { digestOf } from '../../examples/web/versions.ts';
import { cluster } from '../fleet/fleet-under-test.ts';
import { type NativeService, startNativeService } from '../fleet/native-service.ts';
import { modelSpec, ModelWorld } from '../model/model-world.ts';
import { eventually } from '../setup/eventually.ts';
import { request, startedAt } from './journey.ts';
import { altered } from './watched-world.ts';

/** A rollout of one ECS service with two versions, on the fleet: the states of its machines, one after the other. */
export class NativeDesk {
  readonly service: NativeService;
  readonly model = new ModelWorld();
  /** The model, with rules and services of the fleet. */
  readonly world: World;
  owned = { rolloutId: '', fence: 0 };

  private constructor(service: NativeService) {
    this.service = service;
    const { ecs, elb } = service.front.under;
    const runtime = withServiceDeployments(ecsSlotRuntime(ecs), ecsServiceDeployments(ecs));
    const find = (_: unknown, asked: string) => {
      const version = [digestOf('one'), 'one'].includes(asked) ? 'one' : 'two';
      const found = { repositoryUri: 'registry.test/web', digest: digestOf(version), tags: [version] };
      return Promise.resolve({ ...found, pushedAt: new Date() });
    };
    const registry = { ...this.model.registry, find };
    this.world = altered(this.model, { router: elbTrafficRouter(elb), runtime, registry });
  }

  /** @param driver the fields of a spec that say which driver it is */
  static async start(driver: Readonly<Record<string, string>>): Promise<NativeDesk> {
    const desk = new NativeDesk(await startNativeService());
    const { blue, green, rule } = desk.service.front;
    const spec = modelSpec({
      ...{ ...driver, cluster, container: 'app', onBusy: 'queue' },
      image: { repository: 'web' },
      slots: { a: { service: 'web', targetGroup: blue }, b: { service: 'web', targetGroup: green } },
      traffic: [{ rule }],
      capacity: { sizing: 'full' },
      retention: { keepFullFor: '0s', keepFor: '0s' },
      steps: [
        { weight: 50, bake: '5s' },
        { weight: 100, bake: '5s' },
      ],
    });
    await desk.world.store.putSpec(spec, 'a test', desk.world.now().toISOString());
    return desk;
  }

  stop(): Promise<void> {
    return this.service.front.under.stop();
  }

  /** Opens the rollout that is owned from then on. */
  async open(asked: unknown, execution = 'execution-1'): Promise<void> {
    const executionArn = `arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:${execution}`;
    const output = await openRollout({ request: asked, executionArn, startedAt }, this.world);
    if (output.outcome !== 'opened') throw new Error(output.reason);
    this.owned = { rolloutId: output.rolloutId, fence: output.fence };
  }

  async stored(): Promise<StoredRollout> {
    const found = await this.world.store.load(this.owned.rolloutId);
    if (found === undefined) throw new Error('no rollout was opened');
    return found;
  }

  async append(event: RolloutEvent): Promise<void> {
    await this.world.store.append(await this.stored(), [event], this.world.now().toISOString());
  }

  /** The state of one step, as often as the machine comes back to it. */
  async shift(step: number): Promise<void> {
    await sizeGreen({ ...this.owned, step }, this.world);
    await eventually(`step ${step} is shifted`, async () => {
      const { outcome } = await shiftTraffic({ ...this.owned, step }, this.world);
      if (outcome === 'rollBack') throw new Error((await this.stored()).state.reason);
      return outcome === 'shifted';
    });
  }

  /** The rollback machine, up to where traffic is on blue again. */
  async restore(): Promise<void> {
    const { world, model } = this;
    await requestRollback({ ...this.owned, error: { Error: 'Timeout', Cause: 'the network is down' } }, world);
    this.owned = { ...this.owned, fence: model.store.claim(this.owned.rolloutId)?.fence ?? 0 };
    for (const { kind, arn, actions } of restorationOf((await this.stored()).state))
      await restoreTraffic({ ...this.owned, item: { kind, arn, actions: [...actions] } }, world);
    await confirmRestored({ ...this.owned, startedAt, request }, world);
  }

  /** What follows then, as often as the machine comes back to it until ECS has gone back. */
  async removeGreen(): Promise<string> {
    let last = '';
    await eventually('ECS has gone back', async () => {
      const { outcome } = await removeGreen({ ...this.owned, startedAt }, this.world);
      last = outcome;
      return outcome !== 'waiting';
    });
    return last;
  }

  /** The event of a deployment that waits at a pause. */
  async pausing(deployment: string) {
    const hookId = await this.service.pause(deployment);
    const { serviceArn } = await this.service.describe(deployment);
    return receiveHookInput.parse({
      ...{ id: 'event-1', source: 'local.ecs', 'detail-type': 'ECS Hook State Change' },
      detail: {
        ...{ eventName: 'HOOK_AWAITING_ACTION', hookType: 'PAUSE', hookId },
        ...{ serviceArn, serviceDeploymentArn: deployment },
      },
    });
  }
}
