import * as z from 'zod';
import { retirementOf } from '../../lib/rollout/retirement.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import { longestStickiness, restorationOf } from '../../lib/drivers/rules/unread-restoration.ts';
import { shapeOf } from '../../lib/rollout/going-back.ts';
import type { ModelWorld } from './model-world.ts';

/** What answers a task of a machine. */
export type Handler = (input: unknown) => Promise<unknown>;

const keyCall = z.object({ Key: z.object({ pk: z.object({ S: z.string() }) }) });
const tableCall = keyCall.extend({
  ExpressionAttributeValues: z.record(
    z.string(),
    z.object({ S: z.string().optional(), N: z.string().optional() }).optional(),
  ),
});
const inputCall = z.object({ Input: z.unknown() });
const executionCall = z.object({ ExecutionArn: z.string() });
const actions = z.array(z.record(z.string(), z.unknown()));
const ruleCall = z.object({ RuleArn: z.string(), Actions: actions });
const listenerCall = z.object({ ListenerArn: z.string(), DefaultActions: actions });

const pageCall = z.object({ TopicArn: z.string(), Subject: z.string().max(100), Message: z.string() });
const healthCall = z.object({ TargetGroupArn: z.string() });
const rulesCall = z.object({ RuleArns: z.array(z.string()) });
const listenersCall = z.object({ ListenerArns: z.array(z.string()) });

/** What a state of Amazon's own integrations throws. */
export class ServiceError extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** The states that call DynamoDB, the load balancer and Step Functions by themselves, on the model. */
export function integrationsOf(world: ModelWorld): Readonly<Record<string, Handler>> {
  return {
    Claim: (call) => claim(call, world),
    TakeOver: (call) => claim(call, world),
    AssertClaim: (call) => assertClaim(call, world),
    FindClaimer: (call) => findClaimer(call, world),
    DescribeClaimer: async (call) => {
      const { ExecutionArn } = executionCall.parse(call);
      return { Status: (await world.rollbacks.isRunning(ExecutionArn)) ? 'RUNNING' : 'FAILED' };
    },
    StopRollout: () => Promise.resolve({}),
    StopClaimer: (call) => {
      world.running.delete(executionCall.parse(call).ExecutionArn);
      return Promise.resolve({});
    },
    DescribeRollout: (call) => describeExecution(call, world),
    AskBlue: (call) => targetHealth(call, world),
    AskRule: (call) => describedRules(call, world),
    AskListener: (call) => describedListeners(call, world),
    MoveRule: (call) => modifyRule(call, world),
    MoveListener: (call) => modifyListener(call, world),
    PagePeople: (call) => {
      world.pages.push(pageCall.parse(call).Message);
      return Promise.resolve({});
    },
    RestoreRule: (call) => modifyRule(call, world),
    RestoreListener: (call) => modifyListener(call, world),
    ReadBlue: (call) => targetHealth(call, world),
    ReadGreen: (call) => targetHealth(call, world),
    ReadRule: (call) => describedRules(call, world),
    ReadListener: (call) => describedListeners(call, world),
    StartRetirement: () => Promise.resolve({}),
    ContinueInAnother: async (call) => {
      await world.releaseExecutions.start(`named-${world.randomWord()}`, inputCall.parse(call).Input);
      return {};
    },
  };
}

function describeExecution(call: unknown, { running, ends }: ModelWorld): Promise<unknown> {
  const { ExecutionArn } = executionCall.parse(call);
  const end = ends.get(ExecutionArn);
  if (running.has(ExecutionArn)) return Promise.resolve({ Status: 'RUNNING' });
  if (end === undefined) return Promise.reject(new ServiceError('Sfn.ExecutionDoesNotExistException'));
  return Promise.resolve({ Status: end.status, ...('error' in end && { Error: end.error, Cause: end.cause }) });
}

async function describedRules(call: unknown, world: ModelWorld): Promise<unknown> {
  const { RuleArns } = rulesCall.parse(call);
  const routings = await world.router.read(RuleArns.map((rule) => ({ rule })));
  return { Rules: routings.map(({ actions: Actions }) => ({ Actions })) };
}

async function describedListeners(call: unknown, world: ModelWorld): Promise<unknown> {
  const { ListenerArns } = listenersCall.parse(call);
  const routings = await world.router.read(ListenerArns.map((listener) => ({ listener })));
  return { Listeners: routings.map(({ actions: DefaultActions }) => ({ DefaultActions })) };
}

async function modifyRule(call: unknown, world: ModelWorld): Promise<unknown> {
  const { RuleArn, Actions } = ruleCall.parse(call);
  await world.router.write('rule', RuleArn, Actions);
  return {};
}

async function modifyListener(call: unknown, world: ModelWorld): Promise<unknown> {
  const { ListenerArn, DefaultActions } = listenerCall.parse(call);
  await world.router.write('listener', ListenerArn, DefaultActions);
  return {};
}

async function targetHealth(call: unknown, world: ModelWorld): Promise<unknown> {
  const { healthy, total } = await world.router.targetHealth(healthCall.parse(call).TargetGroupArn);
  const states = Array.from({ length: total }, (_, index) => (index < healthy ? 'healthy' : 'unhealthy'));
  return { TargetHealthDescriptions: states.map((State) => ({ TargetHealth: { State } })) };
}

function claim(call: unknown, world: ModelWorld): Promise<unknown> {
  const { Key, ExpressionAttributeValues: values } = tableCall.parse(call);
  const stored = world.store.claim(rolloutIn(Key), values[':me']?.S, values[':former']?.S);
  if (stored === undefined) return Promise.reject(new ServiceError('DynamoDB.ConditionalCheckFailedException'));
  return Promise.resolve({
    Attributes: {
      fence: { N: String(stored.fence) },
      restorePlan: { S: JSON.stringify(restorationOf(stored.state)) },
      sticky: { S: longestStickiness(stored.state) > 0 ? 'yes' : 'no' },
      shape: { S: shapeOf(stored.state) },
      executionArn: { S: stored.state.executionArn },
      handedOver: { S: stored.state.phase === 'rollingBack' ? 'yes' : 'no' },
      finishable: { S: stored.state.phase === 'finishing' ? 'yes' : 'no' },
    },
  });
}

function assertClaim(call: unknown, world: ModelWorld): Promise<unknown> {
  const { Key, ExpressionAttributeValues: values } = tableCall.parse(call);
  const isMine = world.store.stillClaimed(rolloutIn(Key), values[':me']?.S ?? '', Number(values[':fence']?.N));
  return isMine ? Promise.resolve({}) : Promise.reject(new ServiceError('DynamoDB.ConditionalCheckFailedException'));
}

async function findClaimer(call: unknown, world: ModelWorld): Promise<unknown> {
  const stored = await world.store.load(rolloutIn(keyCall.parse(call).Key));
  if (stored === undefined) return {};
  const active = { S: isActive(stored.state) ? 'yes' : 'no' };
  const retirement = stored.state.phase === 'succeeded' && {
    retirement: { S: JSON.stringify(retirementOf(stored.state)) },
  };
  return {
    Item: { active, ...retirement, ...(stored.claimedBy !== undefined && { claimedBy: { S: stored.claimedBy } }) },
  };
}

function rolloutIn({ pk }: z.output<typeof keyCall>['Key']): string {
  return pk.S.replace('ROLLOUT#', '');
}
