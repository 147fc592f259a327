import { analyseGreen } from '../../lib/tasks/analyse-green.ts';
import { captureEvidence } from '../../lib/tasks/capture-evidence.ts';
import { awaitApproval } from '../../lib/tasks/await-approval.ts';
import { checkLiveWeights } from '../../lib/tasks/check-live-weights.ts';
import { checkGreen } from '../../lib/tasks/check-green.ts';
import { checkRollback } from '../../lib/tasks/check-rollback.ts';
import { closeRollback } from '../../lib/tasks/close-rollback.ts';
import { confirmRestored } from '../../lib/tasks/confirm-restored.ts';
import { declareEmergency } from '../../lib/tasks/declare-emergency.ts';
import { delayRollout } from '../../lib/tasks/delay-rollout.ts';
import { expireApproval } from '../../lib/tasks/expire-approval.ts';
import { finishRollout } from '../../lib/tasks/finish-rollout.ts';
import { healthCheckBlue } from '../../lib/tasks/health-check-blue.ts';
import { judgePreChecks } from '../../lib/tasks/judge-pre-checks.ts';
import { openHeaderRoute } from '../../lib/tasks/open-header-route.ts';
import { openRollout } from '../../lib/tasks/open-rollout.ts';
import { pinCapacity } from '../../lib/tasks/pin-capacity.ts';
import { planRestoration } from '../../lib/tasks/plan-restoration.ts';
import { provisionGreen } from '../../lib/tasks/provision-green.ts';
import { publishTransitions } from '../../lib/tasks/publish-transitions.ts';
import { receivePush } from '../../lib/tasks/receive-push.ts';
import { receiveRequest, receiveRequestInput } from '../../lib/tasks/receive-request.ts';
import { reconcile } from '../../lib/tasks/reconcile.ts';
import { removeGreen } from '../../lib/tasks/remove-green.ts';
import { requestRollback } from '../../lib/tasks/request-rollback.ts';
import { restoreCapacity } from '../../lib/tasks/restore-capacity.ts';
import { restoreStickiness } from '../../lib/tasks/restore-stickiness.ts';
import { restoreTraffic } from '../../lib/tasks/restore-traffic.ts';
import { resumeRollout } from '../../lib/tasks/resume-rollout.ts';
import { retireBlue } from '../../lib/tasks/retire-blue.ts';
import { runPreCheck } from '../../lib/tasks/run-pre-check.ts';
import { scaleDownBlue } from '../../lib/tasks/scale-down-blue.ts';
import { shiftTraffic } from '../../lib/tasks/shift-traffic.ts';
import { sizeGreen } from '../../lib/tasks/size-green.ts';
import { stepBack } from '../../lib/tasks/step-back.ts';
import { startWaiting } from '../../lib/tasks/start-waiting.ts';
import { verifyBlue } from '../../lib/tasks/verify-blue.ts';
import { watchAlarms } from '../../lib/tasks/watch-alarms.ts';
import { watchTraffic } from '../../lib/tasks/watch-traffic.ts';
import { watchExecution } from '../../lib/tasks/watch-execution.ts';
import type { World } from '../../lib/tasks/world.ts';
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
