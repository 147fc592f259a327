import type * as z from 'zod';
import { analyseGreen, analyseGreenInput } from '../../lib/tasks/analyse-green.ts';
import { captureEvidence } from '../../lib/tasks/capture-evidence.ts';
import { awaitApproval, awaitApprovalInput } from '../../lib/tasks/await-approval.ts';
import { checkGreen } from '../../lib/tasks/check-green.ts';
import { checkRollback, checkRollbackInput } from '../../lib/tasks/check-rollback.ts';
import { checkLiveWeightsInput } from '../../lib/tasks/check-live-weights.ts';
import { closeRollback, closeRollbackInput } from '../../lib/tasks/close-rollback.ts';
import { confirmRestored, confirmRestoredInput } from '../../lib/tasks/confirm-restored.ts';
import { declareEmergency, declareEmergencyInput } from '../../lib/tasks/declare-emergency.ts';
import { delayRollout, delayRolloutInput } from '../../lib/tasks/delay-rollout.ts';
import { expireApproval, expireApprovalInput } from '../../lib/tasks/expire-approval.ts';
import { finishRollout } from '../../lib/tasks/finish-rollout.ts';
import { healthCheckBlue } from '../../lib/tasks/health-check-blue.ts';
import { judgePreChecks, judgePreChecksInput } from '../../lib/tasks/judge-pre-checks.ts';
import { openHeaderRoute } from '../../lib/tasks/open-header-route.ts';
import { openRollout, openRolloutInput } from '../../lib/tasks/open-rollout.ts';
import { ownedInput } from '../../lib/tasks/owned-rollout.ts';
import { pinCapacity } from '../../lib/tasks/pin-capacity.ts';
import { provisionGreen } from '../../lib/tasks/provision-green.ts';
import { publishTransitions, publishTransitionsInput } from '../../lib/tasks/publish-transitions.ts';
import { receivePush, receivePushInput } from '../../lib/tasks/receive-push.ts';
import { receiveRequest, receiveRequestInput } from '../../lib/tasks/receive-request.ts';
import { reconcile, reconcileInput } from '../../lib/tasks/reconcile.ts';
import { removeGreen, removeGreenInput } from '../../lib/tasks/remove-green.ts';
import { requestRollback, requestRollbackInput } from '../../lib/tasks/request-rollback.ts';
import { restoreCapacity } from '../../lib/tasks/restore-capacity.ts';
import { restoreStickiness } from '../../lib/tasks/restore-stickiness.ts';
import { planRestoration, planRestorationInput } from '../../lib/tasks/plan-restoration.ts';
import { restoreTraffic, restoreTrafficInput } from '../../lib/tasks/restore-traffic.ts';
import { resumeRollout, resumeRolloutInput } from '../../lib/tasks/resume-rollout.ts';
import { retirementInput } from '../../lib/tasks/retired-blue.ts';
import { retireBlue } from '../../lib/tasks/retire-blue.ts';
import { rollbackLookInput } from '../../lib/tasks/rollback-look.ts';
import { runPreCheck, runPreCheckInput } from '../../lib/tasks/run-pre-check.ts';
import { scaleDownBlue } from '../../lib/tasks/scale-down-blue.ts';
import { shiftTraffic, shiftTrafficInput } from '../../lib/tasks/shift-traffic.ts';
import { sizeGreen, sizeGreenInput } from '../../lib/tasks/size-green.ts';
import { stepBack, stepBackInput } from '../../lib/tasks/step-back.ts';
import { settleRollouts } from '../../lib/tasks/settle-rollouts.ts';
import { startWaiting, startWaitingInput } from '../../lib/tasks/start-waiting.ts';
import { watchTraffic, watchTrafficInput } from '../../lib/tasks/watch-traffic.ts';
import { verifyBlue } from '../../lib/tasks/verify-blue.ts';
import { verifyGreen, verifyGreenInput } from '../../lib/tasks/verify-green.ts';
import { watchAlarms, watchAlarmsInput } from '../../lib/tasks/watch-alarms.ts';
import { watchExecution, watchExecutionInput } from '../../lib/tasks/watch-execution.ts';
import type { World } from '../../lib/tasks/world.ts';

/** A function as Step Functions or a trigger calls it: JSON in, JSON out. */
export type ModelFunction = (event: unknown, world: World) => Promise<unknown>;

function bound<S extends z.ZodType>(
  schema: S,
  useCase: (input: z.output<S>, world: World) => Promise<unknown>,
): ModelFunction {
  return async (event, world) => {
    const answer = JSON.stringify(await useCase(schema.parse(event), world));
    const parsed: unknown = JSON.parse(answer);
    return parsed;
  };
}

/** Every function that a state or a trigger calls, by the name that it has in serverless/functions.yml. */
export const modelFunctions: Readonly<Partial<Record<string, ModelFunction>>> = {
  OpenRollout: bound(openRolloutInput, openRollout),
  RunPreCheck: bound(runPreCheckInput, runPreCheck),
  JudgePreChecks: bound(judgePreChecksInput, judgePreChecks),
  PinCapacity: bound(ownedInput, pinCapacity),
  AwaitApproval: bound(awaitApprovalInput, awaitApproval),
  ResumeRollout: bound(resumeRolloutInput, resumeRollout),
  ExpireApproval: bound(expireApprovalInput, expireApproval),
  ProvisionGreen: bound(ownedInput, provisionGreen),
  CheckGreen: bound(ownedInput, checkGreen),
  VerifyGreen: bound(verifyGreenInput, verifyGreen),
  OpenHeaderRoute: bound(ownedInput, openHeaderRoute),
  SizeGreen: bound(sizeGreenInput, sizeGreen),
  ShiftTraffic: bound(shiftTrafficInput, shiftTraffic),
  AnalyseGreen: bound(analyseGreenInput, analyseGreen),
  FinishRollout: bound(ownedInput, finishRollout),
  DelayRollout: bound(delayRolloutInput, delayRollout),
  RequestRollback: bound(requestRollbackInput, requestRollback),
  CheckRollback: bound(checkRollbackInput, checkRollback),
  PlanRestoration: bound(planRestorationInput, planRestoration),
  RestoreTraffic: bound(restoreTrafficInput, restoreTraffic),
  ConfirmRestored: bound(confirmRestoredInput, confirmRestored),
  StepBack: bound(stepBackInput, stepBack),
  RestoreStickiness: bound(ownedInput, restoreStickiness),
  VerifyBlue: bound(rollbackLookInput, verifyBlue),
  HealthCheckBlue: bound(rollbackLookInput, healthCheckBlue),
  CaptureEvidence: bound(ownedInput, captureEvidence),
  DeclareEmergency: bound(declareEmergencyInput, declareEmergency),
  RestoreCapacity: bound(ownedInput, restoreCapacity),
  RemoveGreen: bound(removeGreenInput, removeGreen),
  CloseRollback: bound(closeRollbackInput, closeRollback),
  WatchTraffic: bound(watchTrafficInput, watchTraffic),
  ScaleDownBlue: bound(retirementInput, scaleDownBlue),
  RetireBlue: bound(retirementInput, retireBlue),
  PublishTransitions: bound(publishTransitionsInput, publishTransitions),
  WatchAlarms: bound(watchAlarmsInput, watchAlarms),
  WatchExecution: bound(watchExecutionInput, watchExecution),
  ReceivePush: bound(receivePushInput, receivePush),
  ReceiveRequest: bound(receiveRequestInput, receiveRequest),
  Reconcile: bound(reconcileInput, reconcile),
  // Weights outside a rollout have tests of their own.
  CheckLiveWeights: bound(checkLiveWeightsInput, (_, world) => settleRollouts(world)),
  StartWaiting: bound(startWaitingInput, startWaiting),
};
