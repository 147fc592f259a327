import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  paginateListStateMachines,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { claimRollout } from '../storage/dynamodb-claim.ts';
import { newestEventByQuery } from '../storage/dynamodb-newest-event.ts';
import { dynamoDbKeptRecord } from '../storage/dynamodb-kept-record.ts';
import { dynamoDbSeenSignIns } from '../storage/dynamodb-seen-sign-ins.ts';
import { dynamoDbEmergencies } from '../storage/dynamodb-emergencies.ts';
import { dynamoDbIncidents } from '../storage/dynamodb-incidents.ts';
import { dynamoDbReleases } from '../storage/dynamodb-releases.ts';
import { dynamoDbRolloutStore } from '../storage/dynamodb-rollout-store.ts';
import { ecrImageRegistry } from '../platform/ecr-image-registry.ts';
import { ecsTaskLogs } from '../drivers/slots/ecs-task-logs.ts';
import { ecsStoppedTasks } from '../drivers/slots/ecs-stopped-tasks.ts';
import { withServiceDeployments } from '../drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../drivers/ecs-native/ecs-service-deployments.ts';
import { ecsSlotRuntime } from '../drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../drivers/slots/elb-traffic-router.ts';
import { NewerRecord } from '../ports/newer-record.ts';
import { StaleWrite } from '../ports/rollout-store.ts';
import {
  CliFailure,
  type ExecutionOutcome,
  type RollbackStart,
  type RolloutExecutions,
  type Stack,
  type StackOptions,
} from './cli-context.ts';
import { clientSettings, impatientSettings } from './client-settings.ts';
import { connectChecks } from './connect-checks.ts';
import { stackCommands, stackPages } from './connect-commands.ts';
import { stackNotifications } from './connect-notifications.ts';

/** The ARN of one of the stage's machines, found by its name: that needs no account number and no other service. */
async function findMachine(client: SFNClient, stage: string, kind: 'rollout' | 'rollback'): Promise<string> {
  const name = `sluice-${stage}-${kind}`;
  for await (const page of paginateListStateMachines({ client, pageSize: 1000 }, {})) {
    const found = page.stateMachines?.find((machine) => machine.name === name);
    if (found?.stateMachineArn !== undefined) return found.stateMachineArn;
  }
  throw notDeployed(`state machine ${name}`, stage, await client.config.region());
}

function notDeployed(what: string, stage: string, region: string): CliFailure {
  return new CliFailure(
    `There is no ${what} in ${region}. Deploy the stack with: npx serverless deploy --stage ${stage} --region ${region}, or name another stage or region with --stage and --region.`,
  );
}

function outcomeOf(status: string | undefined): ExecutionOutcome['status'] {
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'running';
  return status === 'SUCCEEDED' ? 'succeeded' : 'failed';
}

function rolloutExecutions(client: SFNClient, stage: string): RolloutExecutions {
  return {
    async start(name, input) {
      const stateMachineArn = await findMachine(client, stage, 'rollout');
      const started = await client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      if (started.executionArn === undefined)
        throw new CliFailure(`Step Functions gave no ARN for execution ${name}. Look for it in the AWS console.`);
      return started.executionArn;
    },
    async describe(executionArn) {
      const { status, error = '', cause = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return { status: outcomeOf(status), error, cause };
    },
  };
}

/** More failed attempts than anybody makes. */
const mostAttempts = 50;

/** An attempt has a name of its own; of one that is still running no second one is started. */
async function startRollback(
  client: SFNClient,
  stage: string,
  rolloutId: string,
  input: Readonly<Record<string, string>>,
  kind: 'rb' | 'close' = 'rb',
): Promise<RollbackStart> {
  const stateMachineArn = await findMachine(client, stage, 'rollback');
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const name = `${rolloutId}-${kind}-${attempt}`;
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      await client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ ...input, rolloutId }) }),
      );
      return { executionArn, joined: false };
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
      const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (outcomeOf(status) === 'running') return { executionArn, joined: true };
    }
  }
  throw new CliFailure(
    `${mostAttempts} attempts to roll ${rolloutId} back have ended already. Look at them in the AWS console, or put the rules back with: sluice rollback <service> --direct`,
  );
}

async function orMissing<Answer>(call: Promise<Answer>, missing: () => Promise<CliFailure>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) throw await missing();
    if (error instanceof StaleWrite || error instanceof NewerRecord) throw new CliFailure(error.message);
    throw error;
  }
}

/** Every call to the table says what is missing where the table is. */
function sayingWhatIsMissing(store: Stack['store'], missing: () => Promise<CliFailure>): Stack['store'] {
  const guard = <Answer>(call: Promise<Answer>) => orMissing(call, missing);
  return {
    spec: (service) => guard(store.spec(service)),
    specVersion: (service, version) => guard(store.specVersion(service, version)),
    specVersions: (service, atMost) => guard(store.specVersions(service, atMost)),
    load: (rolloutId) => guard(store.load(rolloutId)),
    events: (rolloutId, after, atMost) => guard(store.events(rolloutId, after, atMost)),
    announcedUpTo: (rolloutId) => guard(store.announcedUpTo(rolloutId)),
    list: (service, atMost) => guard(store.list(service, atMost)),
    service: (name) => guard(store.service(name)),
    services: () => guard(store.services()),
    holders: (unreadable) => guard(store.holders(unreadable)),
    attested: (service, digest) => guard(store.attested(service, digest)),
    stops: (service) => guard(store.stops(service)),
    maintenance: (service) => guard(store.maintenance(service)),
    putStop: (scope, begins) => guard(store.putStop(scope, begins)),
    waiting: (service) => guard(store.waiting(service)),
    // The caller that appends deals with a record that moved on.
    append: (from, events, at) => store.append(from, events, at),
  };
}

/** Releases, likewise. */
function releasesOf(
  documents: DynamoDBDocumentClient,
  table: string,
  missing: () => Promise<CliFailure>,
): Stack['releases'] {
  const releases = dynamoDbReleases(documents, table);
  return {
    load: (releaseId) => orMissing(releases.load(releaseId), missing),
    list: (release, atMost) => orMissing(releases.list(release, atMost), missing),
  };
}

/** A deployed stack by its stage, with the SDK's own chain for credentials, region and endpoints. Calls nothing yet. */
export function connect({ stage, region, impatient = false }: StackOptions): Stack {
  const settings = { ...(impatient ? impatientSettings : clientSettings), ...(region === undefined ? {} : { region }) };
  const dynamo = new DynamoDBClient(settings);
  const documents = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  const table = `sluice-${stage}`;
  const missingPart = async (what: string) => notDeployed(what, stage, await dynamo.config.region());
  const missing = () => missingPart(`table ${table}`);
  const sfn = new SFNClient(settings);
  const atOnce = { ...settings, ...impatientSettings };
  const seenBy = new ECSClient(atOnce);
  const ecs = new ECSClient(settings);
  return {
    store: sayingWhatIsMissing(dynamoDbRolloutStore(documents, table, newestEventByQuery(documents, table)), missing),
    emergencies: {
      emergency: (service) => orMissing(dynamoDbEmergencies(documents, table).emergency(service), missing),
    },
    incidents: { incident: (service) => orMissing(dynamoDbIncidents(documents, table).incident(service), missing) },
    releases: releasesOf(documents, table, missing),
    record: (rolloutId) => orMissing(dynamoDbKeptRecord(documents, table, rolloutId), missing),
    signIns: () => orMissing(dynamoDbSeenSignIns(documents, table), missing),
    executions: rolloutExecutions(sfn, stage),
    command: stackCommands(new CloudFormationClient(settings), stage),
    pageLink: stackPages(new CloudFormationClient(settings), stage),
    startRollback: (rolloutId, input) => startRollback(sfn, stage, rolloutId, input),
    startClosing: (rolloutId, input) => startRollback(sfn, stage, rolloutId, input, 'close'),
    claim: (rolloutId, by) => claimRollout(documents, table, rolloutId, by),
    notifications: stackNotifications(
      new LambdaClient({
        ...settings,
        maxAttempts: 1,
        requestHandler: { ...clientSettings.requestHandler, requestTimeout: 35_000 },
      }),
      new SQSClient(settings),
      stage,
      missingPart,
    ),
    seen: {
      router: elbTrafficRouter(new ElasticLoadBalancingV2Client(atOnce)),
      runtime: withServiceDeployments(ecsSlotRuntime(seenBy), ecsServiceDeployments(seenBy)),
      tasks: ecsStoppedTasks(seenBy),
    },
    logs: ecsTaskLogs(ecs, (ofGroup) => new CloudWatchLogsClient({ ...settings, ...(ofGroup && { region: ofGroup }) })),
    live: {
      router: elbTrafficRouter(new ElasticLoadBalancingV2Client(settings)),
      runtime: withServiceDeployments(ecsSlotRuntime(ecs), ecsServiceDeployments(ecs)),
      registry: ecrImageRegistry((region) => new ECRClient({ ...settings, ...(region && { region }) })),
      ...connectChecks(settings, stage),
    },
  };
}
