import type * as z from 'zod';
import { bringBackGood } from '../../lib/usecases/emergency/bring-back-good.ts';
import { emergencyInput } from '../../lib/usecases/emergency/emergency-input.ts';
import { lookAtIncident, lookAtIncidentInput } from '../../lib/usecases/incident/look-at-incident.ts';
import { keepPage, keepPageInput } from '../../lib/usecases/emergency/keep-page.ts';
import { lookAtEmergency } from '../../lib/usecases/emergency/look-at-emergency.ts';
import { raiseCapacity } from '../../lib/usecases/emergency/raise-capacity.ts';
import { analyseGreen, analyseGreenInput } from '../../lib/usecases/shifting/analyse-green.ts';
import { captureEvidence } from '../../lib/usecases/rollback/capture-evidence.ts';
import { awaitApproval, awaitApprovalInput } from '../../lib/usecases/people/await-approval.ts';
import { checkGreen } from '../../lib/usecases/green/check-green.ts';
import { checkRollback, checkRollbackInput } from '../../lib/usecases/rollback/check-rollback.ts';
import { checkLiveWeightsInput } from '../../lib/usecases/watching/check-live-weights.ts';
import { closeRollback, closeRollbackInput } from '../../lib/usecases/rollback/close-rollback.ts';
import { confirmRestored, confirmRestoredInput } from '../../lib/usecases/rollback/confirm-restored.ts';
import { declareEmergency, declareEmergencyInput } from '../../lib/usecases/rollback/declare-emergency.ts';
import { delayRollout, delayRolloutInput } from '../../lib/usecases/green/delay-rollout.ts';
import { expireApproval, expireApprovalInput } from '../../lib/usecases/people/expire-approval.ts';
import { finishRollout, finishRolloutInput } from '../../lib/usecases/shifting/finish-rollout.ts';
import { healthCheckBlue } from '../../lib/usecases/rollback/health-check-blue.ts';
import { judgePreChecks, judgePreChecksInput } from '../../lib/usecases/checks/judge-pre-checks.ts';
import { openHeaderRoute } from '../../lib/usecases/green/open-header-route.ts';
import { openRollout, openRolloutInput } from '../../lib/usecases/opening/open-rollout.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';
import { pinCapacity } from '../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../lib/usecases/green/provision-green.ts';
import { publishTransitions, publishTransitionsInput } from '../../lib/usecases/notifying/publish-transitions.ts';
import { receivePush, receivePushInput } from '../../lib/usecases/opening/receive-push.ts';
import { receiveRequest, receiveRequestInput } from '../../lib/usecases/opening/receive-request.ts';
import { reconcile, reconcileInput } from '../../lib/usecases/opening/reconcile.ts';
import { removeGreen, removeGreenInput } from '../../lib/usecases/rollback/remove-green.ts';
import { requestRollback, requestRollbackInput } from '../../lib/usecases/rollback/request-rollback.ts';
import { restoreCapacity } from '../../lib/usecases/rollback/restore-capacity.ts';
import { restoreStickiness } from '../../lib/usecases/rollback/restore-stickiness.ts';
import { planRestoration, planRestorationInput } from '../../lib/usecases/rollback/plan-restoration.ts';
import { restoreTraffic, restoreTrafficInput } from '../../lib/usecases/rollback/restore-traffic.ts';
import { resumeRollout, resumeRolloutInput } from '../../lib/usecases/people/resume-rollout.ts';
import { retirementInput } from '../../lib/usecases/retirement/retired-blue.ts';
import { retireBlue } from '../../lib/usecases/retirement/retire-blue.ts';
import { rollbackEvaluationInput } from '../../lib/usecases/rollback/rollback-evaluation.ts';
import { runAfterChecks, runAfterChecksInput } from '../../lib/usecases/checks/run-after-checks.ts';
import { runPreCheck, runPreCheckInput } from '../../lib/usecases/checks/run-pre-check.ts';
import { scaleDownBlue } from '../../lib/usecases/retirement/scale-down-blue.ts';
import { shiftTraffic, shiftTrafficInput } from '../../lib/usecases/shifting/shift-traffic.ts';
import { sizeGreen, sizeGreenInput } from '../../lib/usecases/green/size-green.ts';
import { stepBack, stepBackInput } from '../../lib/usecases/rollback/step-back.ts';
import { startDue } from '../../lib/usecases/watching/start-due.ts';
import { settleRollouts } from '../../lib/usecases/watching/settle-rollouts.ts';
import { startWaiting, startWaitingInput } from '../../lib/usecases/opening/start-waiting.ts';
import { openRelease, openReleaseInput } from '../../lib/usecases/release/open-release.ts';
import { reviveReleases, reviveReleasesInput } from '../../lib/usecases/release/revive-releases.ts';
import { stepRelease, stepReleaseInput } from '../../lib/usecases/release/step-release.ts';
import { tellRelease, tellReleaseInput } from '../../lib/usecases/release/tell-release.ts';
import { watchTraffic, watchTrafficInput } from '../../lib/usecases/rollback/watch-traffic.ts';
import { verifyBlue } from '../../lib/usecases/rollback/verify-blue.ts';
import { runAfterRetention } from '../../lib/usecases/tasks/run-after-retention.ts';
import { runBeforeTasks } from '../../lib/usecases/tasks/run-before-tasks.ts';
import { verifyGreen, verifyGreenInput } from '../../lib/usecases/green/verify-green.ts';
import { watchAlarms, watchAlarmsInput } from '../../lib/usecases/watching/watch-alarms.ts';
import { watchExecution, watchExecutionInput } from '../../lib/usecases/watching/watch-execution.ts';
import type { World } from '../../lib/ports/world.ts';

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

/** Every function that a state or a trigger calls, by the name that it has in the chapters of `serverless`. */
export const modelFunctions: Readonly<Partial<Record<string, ModelFunction>>> = {
  OpenRollout: bound(openRolloutInput, openRollout),
  RunAfterChecks: bound(runAfterChecksInput, runAfterChecks),
  RunPreCheck: bound(runPreCheckInput, runPreCheck),
  JudgePreChecks: bound(judgePreChecksInput, judgePreChecks),
  PinCapacity: bound(ownedInput, pinCapacity),
  AwaitApproval: bound(awaitApprovalInput, awaitApproval),
  ResumeRollout: bound(resumeRolloutInput, resumeRollout),
  ExpireApproval: bound(expireApprovalInput, expireApproval),
  ProvisionGreen: bound(ownedInput, provisionGreen),
  CheckGreen: bound(ownedInput, checkGreen),
  RunBeforeTasks: bound(ownedInput, runBeforeTasks),
  RunAfterRetention: bound(retirementInput, runAfterRetention),
  VerifyGreen: bound(verifyGreenInput, verifyGreen),
  OpenHeaderRoute: bound(ownedInput, openHeaderRoute),
  SizeGreen: bound(sizeGreenInput, sizeGreen),
  ShiftTraffic: bound(shiftTrafficInput, shiftTraffic),
  AnalyseGreen: bound(analyseGreenInput, analyseGreen),
  FinishRollout: bound(finishRolloutInput, finishRollout),
  DelayRollout: bound(delayRolloutInput, delayRollout),
  RequestRollback: bound(requestRollbackInput, requestRollback),
  CheckRollback: bound(checkRollbackInput, checkRollback),
  PlanRestoration: bound(planRestorationInput, planRestoration),
  RestoreTraffic: bound(restoreTrafficInput, restoreTraffic),
  ConfirmRestored: bound(confirmRestoredInput, confirmRestored),
  StepBack: bound(stepBackInput, stepBack),
  RestoreStickiness: bound(ownedInput, restoreStickiness),
  VerifyBlue: bound(rollbackEvaluationInput, verifyBlue),
  HealthCheckBlue: bound(rollbackEvaluationInput, healthCheckBlue),
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
  CheckLiveWeights: bound(checkLiveWeightsInput, async (_, world) => ({
    rollouts: await settleRollouts(world),
    started: await startDue(world),
  })),
  OpenRelease: bound(openReleaseInput, openRelease),
  StepRelease: bound(stepReleaseInput, stepRelease),
  TellRelease: bound(tellReleaseInput, tellRelease),
  ReviveReleases: bound(reviveReleasesInput, reviveReleases),
  StartWaiting: bound(startWaitingInput, startWaiting),
  LookAtEmergency: bound(emergencyInput, lookAtEmergency),
  LookAtIncident: bound(lookAtIncidentInput, lookAtIncident),
  RaiseCapacity: bound(emergencyInput, raiseCapacity),
  BringBackGood: bound(emergencyInput, bringBackGood),
  // The rules of the page have tests of their own.
  KeepPage: bound(keepPageInput, (input, world) =>
    keepPage(input, {
      ...world,
      keepMaintenance: (service) =>
        Promise.resolve({ service, standing: input.wanted === 'on' ? 'up' : 'down', removed: 1 }),
    }),
  ),
};
