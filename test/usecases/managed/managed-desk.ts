import { expect, jest } from '@jest/globals';
import { ListTaskDefinitionsCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { checkGreen } from '../../../lib/usecases/green/check-green.ts';
import { openHeaderRoute } from '../../../lib/usecases/green/open-header-route.ts';
import { pinCapacity } from '../../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { cluster } from '../../fleet/fleet-under-test.ts';
import { atOnce } from '../../fleet/native-service.ts';
import { eventually } from '../../setup/eventually.ts';
import { passedChecks } from '../journey.ts';
import { NativeDesk } from '../native-desk.ts';

export const push = { service: 'web', image: 'two', requestedBy: 'a push' };

/** A service as a team's infrastructure code leaves it, whose deployments rollouts begin. */
export async function managedDesk(): Promise<NativeDesk> {
  const desk = await NativeDesk.start({ driver: 'ecs-managed' });
  const { ecs } = desk.service.front.under;
  await ecs.send(new UpdateServiceCommand({ cluster, service: 'web', deploymentConfiguration: atOnce }));
  return desk;
}

/** What a push leads to: a rollout that has passed its checks. */
export async function checked(desk: NativeDesk, asked: object = {}, execution = 'execution-1'): Promise<void> {
  await desk.open({ ...push, ...asked }, execution);
  const judged = await judgePreChecks({ ...desk.owned, results: [...passedChecks] }, desk.world);
  expect(judged).toMatchObject({ outcome: 'passed' });
  await pinCapacity(desk.owned, desk.world);
}

/** The states up to the first shift. */
export async function ready(desk: NativeDesk): Promise<string> {
  await provisionGreen(desk.owned, desk.world);
  await eventually('green is ready', async () => {
    const { outcome } = await checkGreen(desk.owned, desk.world);
    if (outcome === 'rollBack') throw new Error((await desk.stored()).state.reason);
    return outcome === 'ready';
  });
  await desk.append({ type: 'GreenVerified' });
  await openHeaderRoute(desk.owned, desk.world);
  return deploymentOf(desk);
}

/** The deployment that the rollout has recorded; empty before. */
export async function deploymentOf(desk: NativeDesk): Promise<string> {
  return (await desk.stored()).state.deploymentId ?? '';
}

/** Steps that pass, one after the other. */
export async function shifted(desk: NativeDesk, weights: readonly number[]): Promise<void> {
  for (const [step, weight] of weights.entries()) {
    await desk.shift(step);
    await desk.append({ type: 'StepPassed', step, weight });
  }
}

/** The rest of a rollout that is ready. */
export async function finished(desk: NativeDesk, weights: readonly number[]): Promise<void> {
  await shifted(desk, weights);
  const deployment = await deploymentOf(desk);
  await desk.service.pause(deployment);
  expect(await finishRollout(desk.owned, desk.world)).toMatchObject({ outcome: 'succeeded' });
  expect(await desk.service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
}

/** What the rollback machine does. */
export async function goBack(desk: NativeDesk): Promise<void> {
  await desk.restore();
  expect(await desk.removeGreen()).toBe('removed');
}

/** A call that begins the deployment and dies before it is recorded. */
export async function begunUnrecorded(desk: NativeDesk): Promise<void> {
  jest.spyOn(desk.model.store, 'append').mockRejectedValueOnce(new Error('the table is busy'));
  await expect(provisionGreen(desk.owned, desk.world)).rejects.toThrow('the table is busy');
  expect(await desk.service.deployments()).toHaveLength(1);
}

/** Returns how many revisions of task definitions there are. */
export async function definitions(desk: NativeDesk): Promise<number> {
  const { taskDefinitionArns = [] } = await desk.service.front.under.ecs.send(new ListTaskDefinitionsCommand({}));
  return taskDefinitionArns.length;
}
