import { analyseGreen } from '../../lib/usecases/shifting/analyse-green.ts';
import { captureEvidence } from '../../lib/usecases/rollback/capture-evidence.ts';
import { awaitApproval } from '../../lib/usecases/people/await-approval.ts';
import { checkLiveWeights } from '../../lib/usecases/watching/check-live-weights.ts';
import { checkGreen } from '../../lib/usecases/green/check-green.ts';
import { checkRollback } from '../../lib/usecases/rollback/check-rollback.ts';
import { closeRollback } from '../../lib/usecases/rollback/close-rollback.ts';
import { confirmRestored } from '../../lib/usecases/rollback/confirm-restored.ts';
import { declareEmergency } from '../../lib/usecases/rollback/declare-emergency.ts';
import { delayRollout } from '../../lib/usecases/green/delay-rollout.ts';
import { expireApproval } from '../../lib/usecases/people/expire-approval.ts';
import { finishRollout } from '../../lib/usecases/shifting/finish-rollout.ts';
import { healthCheckBlue } from '../../lib/usecases/rollback/health-check-blue.ts';
import { judgePreChecks } from '../../lib/usecases/checks/judge-pre-checks.ts';
import { openHeaderRoute } from '../../lib/usecases/green/open-header-route.ts';
import { openRollout } from '../../lib/usecases/opening/open-rollout.ts';
import { pinCapacity } from '../../lib/usecases/green/pin-capacity.ts';
import { planRestoration } from '../../lib/usecases/rollback/plan-restoration.ts';
import { provisionGreen } from '../../lib/usecases/green/provision-green.ts';
import { publishTransitions } from '../../lib/usecases/notifying/publish-transitions.ts';
import { receivePush } from '../../lib/usecases/opening/receive-push.ts';
import { receiveRequest, receiveRequestInput } from '../../lib/usecases/opening/receive-request.ts';
import { reconcile } from '../../lib/usecases/opening/reconcile.ts';
import { removeGreen } from '../../lib/usecases/rollback/remove-green.ts';
import { requestRollback } from '../../lib/usecases/rollback/request-rollback.ts';
import { restoreCapacity } from '../../lib/usecases/rollback/restore-capacity.ts';
import { restoreStickiness } from '../../lib/usecases/rollback/restore-stickiness.ts';
import { restoreTraffic } from '../../lib/usecases/rollback/restore-traffic.ts';
import { resumeRollout } from '../../lib/usecases/people/resume-rollout.ts';
import { retireBlue } from '../../lib/usecases/retirement/retire-blue.ts';
import { runAfterChecks } from '../../lib/usecases/checks/run-after-checks.ts';
import { runPreCheck } from '../../lib/usecases/checks/run-pre-check.ts';
import { scaleDownBlue } from '../../lib/usecases/retirement/scale-down-blue.ts';
import { shiftTraffic } from '../../lib/usecases/shifting/shift-traffic.ts';
import { sizeGreen } from '../../lib/usecases/green/size-green.ts';
import { stepBack } from '../../lib/usecases/rollback/step-back.ts';
import { startWaiting } from '../../lib/usecases/opening/start-waiting.ts';
import { runAfterRetention } from '../../lib/usecases/tasks/run-after-retention.ts';
import { runBeforeTasks } from '../../lib/usecases/tasks/run-before-tasks.ts';
import { verifyBlue } from '../../lib/usecases/rollback/verify-blue.ts';
import { watchAlarms } from '../../lib/usecases/watching/watch-alarms.ts';
import { watchTraffic } from '../../lib/usecases/rollback/watch-traffic.ts';
import { watchExecution } from '../../lib/usecases/watching/watch-execution.ts';
import type { World } from '../../lib/ports/world.ts';
import { digestOf, modelArns } from '../model/model-world.ts';
import { goodImage, type Journey, openInput, passedChecks, request, startedAt } from './journey.ts';
import { untilVerified } from './until-verified.ts';

/** One use case, called as its state calls it. */
export type UseCase = (journey: Journey, world: World) => Promise<unknown>;

const failedChecks = [{ name: 'image', passed: false, saw: 'no tag', expected: 'a tag' }];
const error = { Error: 'States.Timeout', Cause: 'it took too long' };

export const push = {
  id: 'event-1',
  source: 'aws.ecr' as const,
  'detail-type': 'ECR Image Action' as const,
  detail: {
    'action-type': 'PUSH' as const,
    result: 'SUCCESS' as const,
    'repository-name': 'shop/web',
    'image-digest': digestOf('b'),
    'image-tag': goodImage,
  },
};

/** An execution that somebody stopped, as EventBridge tells of it. */
export const ended = (machine: 'rollout' | 'rollback', executionArn: string, input: unknown = { service: 'web' }) => ({
  executionArn,
  stateMachineArn: `arn:aws:states:eu-west-1:111122223333:stateMachine:sluice-test-${machine}`,
  name: executionArn.slice(executionArn.lastIndexOf(':') + 1),
  status: 'ABORTED' as const,
  input: JSON.stringify(input),
});
/** An alarm that went off, as EventBridge tells of it. */
export const alarmEvent = (alarmName: string, time = '2026-03-01T11:00:00Z', value = 'ALARM') => ({
  time,
  detail: { alarmName, state: { value, reason: 'Threshold Crossed' } },
});

/** The event by which CI asks for a rollout. */
export function ciEvent(detail: Readonly<Record<string, unknown>> = {}) {
  return receiveRequestInput.parse({
    source: 'ci.example',
    'detail-type': 'sluice.rollout.requested',
    detail: { version: 1, service: 'web', image: goodImage, requestedBy: 'ada', ...detail },
  });
}

/** The use case of every state and trigger, by its name. */
export const useCases = {
  openRollout: (_, world) => openRollout(openInput(), world),
  runPreCheck: async ({ owned }, world) =>
    Promise.all(['image', 'slots', 'blue', 'autoscaling'].map((check) => runPreCheck({ ...owned, check }, world))),
  judgePreChecks: ({ owned }, world) => judgePreChecks({ ...owned, results: passedChecks }, world),
  rejectByPreChecks: ({ owned }, world) => judgePreChecks({ ...owned, results: failedChecks }, world),
  pinCapacity: ({ owned }, world) => pinCapacity(owned, world),
  awaitApproval: ({ owned }, world) => awaitApproval({ ...owned, taskToken: 'token-1' }, world),
  resumeRollout: ({ rolloutId }, world) => resumeRollout({ rolloutId }, world),
  expireApproval: ({ rolloutId }, world) => expireApproval({ rolloutId }, world),
  provisionGreen: ({ owned }, world) => provisionGreen(owned, world),
  checkGreen: ({ owned }, world) => checkGreen(owned, world),
  runAfterChecks: ({ owned }, world) => runAfterChecks(owned, world),
  runAfterRetention: ({ rolloutId }, world) => runAfterRetention({ rolloutId }, world),
  runBeforeTasks: ({ owned }, world) => runBeforeTasks(owned, world),
  verifyGreen: async (journey, world) => {
    const looks = await untilVerified(journey.owned, world, (milliseconds) => {
      journey.world.time += milliseconds;
    });
    return looks.at(-1);
  },
  openHeaderRoute: ({ owned }, world) => openHeaderRoute(owned, world),
  sizeGreen: ({ owned }, world) => sizeGreen({ ...owned, step: 0 }, world),
  sizeGreenAgain: ({ owned }, world) => sizeGreen({ ...owned, step: 1 }, world),
  shiftTraffic: ({ owned }, world) => shiftTraffic({ ...owned, step: 0 }, world),
  shiftTrafficAgain: ({ owned }, world) => shiftTraffic({ ...owned, step: 1 }, world),
  analyseGreen: ({ owned }, world) => analyseGreen({ ...owned, step: 0 }, world),
  finishRollout: ({ owned }, world) => finishRollout(owned, world),
  delayRollout: ({ owned }, world) => delayRollout({ ...owned, error }, world),
  requestRollback: ({ owned }, world) => requestRollback({ ...owned, error }, world),
  restoreTraffic: ({ owned }, world) => {
    const actions = [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }];
    return restoreTraffic({ ...owned, item: { kind: 'rule', arn: modelArns.rule, actions } }, world);
  },
  planRestoration: ({ owned }, world) => planRestoration({ ...owned, request }, world),
  confirmRestored: ({ owned }, world) => confirmRestored({ ...owned, startedAt, request }, world),
  stepBack: ({ owned }, world) => stepBack({ ...owned, request }, world),
  restoreStickiness: ({ owned }, world) => restoreStickiness(owned, world),
  verifyBlue: ({ owned }, world) => verifyBlue({ ...owned, since: 'now' }, world),
  healthCheckBlue: ({ owned }, world) => healthCheckBlue({ ...owned, since: 'now' }, world),
  captureEvidence: ({ owned }, world) => captureEvidence(owned, world),
  declareEmergency: ({ owned }, world) => declareEmergency({ ...owned, error, request }, world),
  restoreCapacity: ({ owned }, world) => restoreCapacity(owned, world),
  removeGreen: ({ owned }, world) => removeGreen({ ...owned, startedAt }, world),
  closeRollback: ({ owned }, world) => closeRollback(owned, world),
  checkRollback: ({ rolloutId }, world) => checkRollback({ rolloutId }, world),
  // In a list: the second time there is nothing left to put back.
  watchTraffic: async ({ rolloutId }, world) => [await watchTraffic({ rolloutId }, world)],
  scaleDownBlue: ({ rolloutId }, world) => scaleDownBlue({ service: 'web', rolloutId }, world),
  retireBlue: ({ rolloutId }, world) => retireBlue({ service: 'web', rolloutId }, world),
  publishTransitions: ({ rolloutId }, world) => publishTransitions({ rolloutId }, world),
  checkLiveWeights: ({ world: { router, store, now } }) =>
    checkLiveWeights({ services: [] }, { router, store, now, weightParameters: { publish: () => Promise.resolve() } }),
  watchAlarms: (_, world) => watchAlarms(alarmEvent('shop-orders'), world),
  watchExecution: async (journey, world) =>
    watchExecution({ detail: ended('rollout', (await journey.stored()).state.executionArn) }, world),
  receivePush: (_, world) => receivePush(push, world),
  // In a list, as a push: what it answers the second time differs.
  receiveRequest: async (_, world) => [await receiveRequest(ciEvent(), world)],
  reconcile: (_, world) => reconcile({ services: [], dryRun: false }, world),
  startWaiting: (_, world) => startWaiting({ service: 'web', isNews: true }, world),
} satisfies Record<string, UseCase>;

export type UseCaseName = keyof typeof useCases;
