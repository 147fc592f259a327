import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { World } from '../../../lib/ports/world.ts';
import type { Balancer } from './balancer.ts';
import type { Item } from './expression.ts';
import type { Lambda } from './lambda.ts';
import { type Calls, NamedError, type Process } from './process.ts';
import type { Table } from './table.ts';

/** What a Task of a machine reaches. */
export interface Services {
  readonly calls: Calls;
  readonly lambda: Lambda;
  readonly table: Table;
  readonly balancer: Balancer;
  readonly executions: Executions;
  /** The world behind the ports, as a process sees it. */
  readonly worldOf: (process: Process) => Pick<World, 'router'>;
}

/** What machines ask of Step Functions. */
interface Executions {
  start(machine: string, name: string, input: unknown): boolean;
  /** @param error what the execution ends with */
  stop(arn: string, error?: string): void;
  statusOf(arn: string, millisecondsAgo: number): string | undefined;
  /** Name of the error of one that has ended otherwise than by succeeding. */
  errorOf(arn: string): string | undefined;
  arnOf(machine: string, name: string): string;
  answered(token: string): Promise<unknown>;
}

type Integration = (given: unknown, process: Process, services: Services) => Promise<unknown>;

const attribute = z.union([
  z.object({ S: z.string() }).transform(({ S }) => S),
  z.object({ N: z.string() }).transform(({ N }) => Number(N)),
]);
const attributes = z.record(z.string(), attribute);

const invocation = z.object({ FunctionName: z.string(), Payload: z.unknown() });
const waitingInvocation = z.object({ FunctionName: z.string(), Payload: z.looseObject({ taskToken: z.string() }) });
const update = z.object({
  Key: attributes,
  UpdateExpression: z.string(),
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: attributes.optional(),
});
const reading = z.object({ Key: attributes, ProjectionExpression: z.string() });
const starting = z.object({ StateMachineArn: z.string(), Name: z.string().optional(), Input: z.unknown() });
const execution = z.object({ ExecutionArn: z.string(), Error: z.string().optional() });
const page = z.object({ TopicArn: z.string(), Subject: z.string().max(100), Message: z.string() });
const actions = z.array(z.record(z.string(), z.unknown()));
const ruleChange = z.object({ RuleArn: z.string(), Actions: actions });
const healthQuestion = z.object({ TargetGroupArn: z.string() });
const rulesQuestion = z.object({ RuleArns: z.array(z.string()) });
const listenersQuestion = z.object({ ListenerArns: z.array(z.string()) });
const listenerChange = z.object({ ListenerArn: z.string(), DefaultActions: actions });

/** `${ShiftTraffic}` in a definition stands for what the template puts there. */
const substituted = (text: string) => text.replace(/^\$\{(\w+)\}$/, '$1');

/** The service integrations that the definitions use, each as Step Functions carries it out. */
const integrations: Readonly<Record<string, Integration>> = {
  'arn:aws:states:::lambda:invoke': async (given, { caller }, { lambda }) => {
    const { FunctionName, Payload } = invocation.parse(given);
    return { Payload: await lambda.invoke(substituted(FunctionName), Payload, caller) };
  },

  'arn:aws:states:::lambda:invoke.waitForTaskToken': async (given, { caller }, { lambda, executions }) => {
    const { FunctionName, Payload } = waitingInvocation.parse(given);
    // It may be answered before its function has.
    const answered = executions.answered(Payload.taskToken);
    await lambda.invoke(substituted(FunctionName), Payload, caller);
    return answered;
  },

  'arn:aws:states:::dynamodb:updateItem': (given, process, { calls, table }) =>
    named('DynamoDB', async () => {
      const input = { TableName: 'sluice-test', ...update.parse(given) };
      const { Attributes } = await calls.change(process, 'store.UpdateItem', () => table.update(input));
      return { Attributes: typed(Attributes) };
    }),

  'arn:aws:states:::dynamodb:getItem': (given, process, { calls, table }) =>
    named('DynamoDB', async () => {
      const { Key, ProjectionExpression } = reading.parse(given);
      const item = await calls.look(process, 'store.GetItem', () => table.item(String(Key['pk']), String(Key['sk'])));
      const wanted = ProjectionExpression.split(',').map((name) => name.trim());
      const projected = Object.entries(item ?? {}).filter(([name]) => wanted.includes(name));
      return item === undefined ? {} : { Item: typed(Object.fromEntries(projected)) };
    }),

  'arn:aws:states:::states:startExecution': (given, process, { calls, executions }) =>
    named('StepFunctions', async () => {
      const { StateMachineArn, Name: asked, Input } = starting.parse(given);
      // Step Functions names an execution that is given no name.
      const Name = asked ?? `named-${String(calls.count('execution without a name'))}`;
      const machine = substituted(StateMachineArn)
        .replace(/Machine$/, '')
        .toLowerCase();
      const start = () => executions.start(machine, Name, Input);
      if (!(await calls.change(process, 'executions.start', start))) {
        throw new NamedError('ExecutionAlreadyExistsException', `Execution Already Exists: '${Name}'`);
      }
      return { ExecutionArn: executions.arnOf(machine, Name) };
    }),

  'arn:aws:states:::aws-sdk:sfn:stopExecution': (given, process, { calls, executions }) =>
    named('Sfn', async () => {
      const { ExecutionArn, Error } = execution.parse(given);
      await calls.change(process, 'executions.stop', () => {
        executions.stop(ExecutionArn, Error);
      });
      return {};
    }),

  'arn:aws:states:::aws-sdk:sfn:describeExecution': (given, process, { calls, executions }) =>
    named('Sfn', async () => {
      const { ExecutionArn } = execution.parse(given);
      const found = await calls.look(process, 'executions.describe', (age) => executions.statusOf(ExecutionArn, age));
      if (found === undefined) throw new NamedError('ExecutionDoesNotExistException', ExecutionArn);
      const error = executions.errorOf(ExecutionArn);
      return { ExecutionArn, Status: found, ...(found !== 'RUNNING' && error !== undefined && { Error: error }) };
    }),

  'arn:aws:states:::sns:publish': (given, process, { calls }) =>
    named('SNS', async () => {
      const { Message: MessageId } = page.parse(given);
      return calls.change(process, 'announcer.page', () => ({ MessageId }));
    }),

  'arn:aws:states:::aws-sdk:elasticloadbalancingv2:modifyRule': (given, process, { calls, balancer }) =>
    named('ElasticLoadBalancingV2', async () => {
      const { RuleArn, Actions } = ruleChange.parse(given);
      await calls.change(process, 'router.modifyRule', () => {
        balancer.modify(RuleArn, Actions);
      });
      return {};
    }),

  'arn:aws:states:::aws-sdk:elasticloadbalancingv2:modifyListener': (given, process, { calls, balancer }) =>
    named('ElasticLoadBalancingV2', async () => {
      const { ListenerArn, DefaultActions } = listenerChange.parse(given);
      await calls.change(process, 'router.modifyListener', () => {
        balancer.modify(ListenerArn, DefaultActions);
      });
      return {};
    }),

  'arn:aws:states:::aws-sdk:elasticloadbalancingv2:describeTargetHealth': (given, process, { worldOf }) =>
    named('ElasticLoadBalancingV2', async () => {
      const { healthy, total } = await worldOf(process).router.targetHealth(healthQuestion.parse(given).TargetGroupArn);
      const states = Array.from({ length: total }, (_, index) => (index < healthy ? 'healthy' : 'unhealthy'));
      return { TargetHealthDescriptions: states.map((State) => ({ TargetHealth: { State } })) };
    }),

  'arn:aws:states:::aws-sdk:elasticloadbalancingv2:describeRules': (given, process, { worldOf }) =>
    named('ElasticLoadBalancingV2', async () => {
      const targets = rulesQuestion.parse(given).RuleArns.map((rule) => ({ rule }));
      const found = await worldOf(process).router.read(targets);
      return { Rules: found.map(({ actions: Actions }) => ({ Actions })) };
    }),

  'arn:aws:states:::aws-sdk:elasticloadbalancingv2:describeListeners': (given, process, { worldOf }) =>
    named('ElasticLoadBalancingV2', async () => {
      const targets = listenersQuestion.parse(given).ListenerArns.map((listener) => ({ listener }));
      const found = await worldOf(process).router.read(targets);
      return { Listeners: found.map(({ actions: DefaultActions }) => ({ DefaultActions })) };
    }),
};

/** @throws Error where a definition uses an integration that the model does not know */
export function integrationFor(resource: string): Integration {
  const found = integrations[resource];
  if (found === undefined) throw new Error(`test/simulation/aws/integrations.ts has no ${resource}`);
  return found;
}

/** Step Functions puts the service before the name of its error, and calls a lost connection `SdkClientException`. */
async function named<T>(service: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      throw new NamedError(`${service}.ConditionalCheckFailedException`, error.message);
    }
    if (!(error instanceof NamedError)) throw error;
    const name = error.name === 'TimeoutError' ? 'SdkClientException' : error.name;
    throw new NamedError(`${service}.${name}`, error.message);
  }
}

function typed(item: Item): Readonly<Record<string, unknown>> {
  const entries = Object.entries(item).map(([key, value]) => [
    key,
    typeof value === 'number' ? { N: String(value) } : { S: String(value) },
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
}
