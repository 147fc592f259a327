import { ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import * as z from 'zod';
import { analyseGreen, analyseGreenInput } from '../../lib/tasks/analyse-green.ts';
import { checkGreen } from '../../lib/tasks/check-green.ts';
import { checkRollback, checkRollbackInput } from '../../lib/tasks/check-rollback.ts';
import { closeRollback } from '../../lib/tasks/close-rollback.ts';
import { confirmRestored, confirmRestoredInput } from '../../lib/tasks/confirm-restored.ts';
import { finishRollout } from '../../lib/tasks/finish-rollout.ts';
import { judgePreChecks, judgePreChecksInput } from '../../lib/tasks/judge-pre-checks.ts';
import { openHeaderRoute } from '../../lib/tasks/open-header-route.ts';
import { openRollout, openRolloutInput } from '../../lib/tasks/open-rollout.ts';
import { ownedInput } from '../../lib/tasks/owned-rollout.ts';
import { provisionGreen } from '../../lib/tasks/provision-green.ts';
import { publishTransitions, publishTransitionsInput } from '../../lib/tasks/publish-transitions.ts';
import { removeGreen } from '../../lib/tasks/remove-green.ts';
import { requestRollback, requestRollbackInput } from '../../lib/tasks/request-rollback.ts';
import { restoreTraffic, restoreTrafficInput } from '../../lib/tasks/restore-traffic.ts';
import { retirementInput } from '../../lib/tasks/retired-blue.ts';
import { retireBlue } from '../../lib/tasks/retire-blue.ts';
import { runPreCheck, runPreCheckInput } from '../../lib/tasks/run-pre-check.ts';
import { scaleDownBlue } from '../../lib/tasks/scale-down-blue.ts';
import { shiftTraffic, shiftTrafficInput } from '../../lib/tasks/shift-traffic.ts';
import { verifyBlue } from '../../lib/tasks/verify-blue.ts';
import { verifyGreen } from '../../lib/tasks/verify-green.ts';
import { definitionOf, withInner } from '../statemachines/definitions.ts';
import type { ModelWorld } from './model-world.ts';

/** How an execution ended, as Step Functions would tell. */
export type End =
  { readonly status: 'SUCCEEDED' } | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

type Handler = (input: unknown) => Promise<unknown>;

export interface WalkOptions {
  /** Called before each task; may throw to make it fail. */
  readonly before?: (state: string, world: ModelWorld) => void;
}

const lambdaCall = z.object({ Payload: z.unknown() });
const tableCall = z.object({ Key: z.object({ pk: z.object({ S: z.string() }) }) });
const startCall = z.object({ Name: z.string(), Input: z.unknown() });
const ruleCall = z.object({ RuleArn: z.string(), Actions: z.array(z.record(z.string(), z.unknown())) });

/** What a state of Amazon's own integrations throws. */
class ServiceError extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** Every task of every machine, on the model: the real use cases, and Amazon's own integrations as AWS answers them. */
function handlersOf(world: ModelWorld, options: WalkOptions, states: string[]): Record<string, Handler> {
  const lambda =
    <S extends z.ZodType>(schema: S, useCase: (input: z.output<S>, world: ModelWorld) => Promise<unknown>): Handler =>
    async (call) => ({ Payload: plain(await useCase(schema.parse(lambdaCall.parse(call).Payload), world)) });
  const publish = lambda(publishTransitionsInput, publishTransitions);

  const handlers: Record<string, Handler> = {
    OpenRollout: lambda(openRolloutInput, openRollout),
    RunPreCheck: lambda(runPreCheckInput, runPreCheck),
    JudgePreChecks: lambda(judgePreChecksInput, judgePreChecks),
    ProvisionGreen: lambda(ownedInput, provisionGreen),
    CheckGreen: lambda(ownedInput, checkGreen),
    VerifyGreen: lambda(ownedInput, verifyGreen),
    OpenHeaderRoute: lambda(ownedInput, openHeaderRoute),
    ShiftTraffic: lambda(shiftTrafficInput, shiftTraffic),
    AnalyseGreen: lambda(analyseGreenInput, analyseGreen),
    FinishRollout: lambda(ownedInput, finishRollout),
    RequestRollback: lambda(requestRollbackInput, requestRollback),
    CheckRollback: lambda(checkRollbackInput, checkRollback),
    RestoreByFunction: lambda(restoreTrafficInput, restoreTraffic),
    ConfirmRestored: lambda(confirmRestoredInput, confirmRestored),
    VerifyBlue: lambda(ownedInput, verifyBlue),
    RemoveGreen: lambda(ownedInput, removeGreen),
    CloseRollback: lambda(ownedInput, closeRollback),
    ScaleDownBlue: lambda(retirementInput, scaleDownBlue),
    RetireBlue: lambda(retirementInput, retireBlue),
    AnnounceRejection: publish,
    AnnounceSuccess: publish,
    AnnounceBlueNotHealthy: publish,
    AnnounceRollback: publish,
    AnnounceRetirement: publish,
    Claim: (call) => claim(call, world),
    StopRollout: () => Promise.resolve({}),
    RestoreRule: (call) => {
      const { RuleArn, Actions } = ruleCall.parse(call);
      return world.router.write('rule', RuleArn, Actions).then(() => ({}));
    },
    RestoreListener: () => Promise.reject(new ServiceError('ElasticLoadBalancingV2.Unexpected')),
    StartRetirement: () => Promise.resolve({}),
    StartRollback: async (call) => {
      const { Name, Input } = startCall.parse(call);
      await run('rollback', Input, world, options, states, Name);
      return {};
    },
  };
  return Object.fromEntries(
    Object.entries(handlers).map(([state, handler]) => [
      state,
      async (input: unknown) => {
        states.push(state);
        // What a state takes, and the waits between: enough for a bake to end after a few looks.
        world.time += 1000;
        options.before?.(state, world);
        return handler(input);
      },
    ]),
  );
}

/** What crosses the wire between a function and the state machine. */
function plain(value: unknown): unknown {
  const parsed: unknown = JSON.parse(JSON.stringify(value));
  return parsed;
}

function claim(call: unknown, world: ModelWorld): Promise<unknown> {
  const rolloutId = tableCall.parse(call).Key.pk.S.replace('ROLLOUT#', '');
  const stored = world.store.claim(rolloutId);
  if (stored === undefined) return Promise.reject(new ServiceError('DynamoDB.ConditionalCheckFailedException'));
  return Promise.resolve({
    Attributes: {
      fence: { N: String(stored.fence) },
      restorePlan: { S: JSON.stringify(stored.state.restorePlan) },
      executionArn: { S: stored.state.executionArn },
      handedOver: { S: stored.state.phase === 'rollingBack' ? 'yes' : 'no' },
    },
  });
}

const machines = new Map<string, StateMachine>();

/** Building one validates it, which takes longer than a whole run: each is built once. */
function machineOf(name: string): StateMachine {
  const known = machines.get(name);
  if (known !== undefined) return known;
  const built = new StateMachine(definitionOf(name) as never);
  machines.set(name, built);
  return built;
}

async function run(
  name: string,
  input: unknown,
  world: ModelWorld,
  options: WalkOptions,
  states: string[],
  executionName: string,
): Promise<End> {
  const all = withInner(name, definitionOf(name)).flatMap(([, { States }]) => Object.keys(States));
  const zero = Object.fromEntries(all.map((state) => [state, 0]));
  const execution = machineOf(name).run(input as never, {
    overrides: {
      taskResourceLocalHandlers: handlersOf(world, options, states) as never,
      waitTimeOverrides: zero,
      retryIntervalOverrides: zero,
    },
    context: {
      Execution: {
        Id: `arn:aws:states:eu-west-1:111122223333:execution:sluice-test-${name}:${executionName}`,
        Name: executionName,
        StartTime: world.now().toISOString(),
        Input: input,
      },
    } as never,
  });
  try {
    await execution.result;
    return { status: 'SUCCEEDED' };
  } catch (error) {
    if (!(error instanceof ExecutionError) || !(error.cause instanceof Error)) throw error;
    const { name: failed, message: cause } = error.cause;
    return { status: 'FAILED', error: failed, cause };
  }
}

/** Runs one execution of a machine on the model, to its end; also tells every task it went through, in order. */
export async function walk(
  machine: string,
  input: unknown,
  world: ModelWorld,
  options: WalkOptions = {},
  executionName = 'execution-1',
): Promise<{ readonly end: End; readonly states: readonly string[] }> {
  const states: string[] = [];
  const end = await run(machine, input, world, options, states, executionName);
  return { end, states };
}
