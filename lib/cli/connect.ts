import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { claimRollout } from '../storage/dynamodb-claim.ts';
import { newestEventByQuery } from '../storage/dynamodb-newest-event.ts';
import { dynamoDbKeptRecord } from '../storage/dynamodb-kept-record.ts';
import { dynamoDbSeenSignIns } from '../storage/dynamodb-seen-sign-ins.ts';
import { dynamoDbEmergencies } from '../storage/dynamodb-emergencies.ts';
import { dynamoDbIncidents } from '../storage/dynamodb-incidents.ts';
import { dynamoDbReleases } from '../storage/dynamodb-releases.ts';
import { dynamoDbRolloutStore } from '../storage/dynamodb-rollout-store.ts';
import { NewerRecord } from '../ports/newer-record.ts';
import { once } from '../ports/once.ts';
import { StaleWrite } from '../ports/rollout-store.ts';
import { CliFailure, type Stack, type StackOptions } from './cli-context.ts';
import { clientSettings, impatientSettings, type StackSettings } from './client-settings.ts';
import { notDeployed } from './not-deployed.ts';

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

type Missing = (what: string) => Promise<CliFailure>;

/** A deployed stack by its stage, with the SDK's own chain for credentials, region and endpoints. Calls nothing yet. */
export function connect({ stage, region, impatient = false }: StackOptions): Stack {
  const settings = { ...(impatient ? impatientSettings : clientSettings), ...(region === undefined ? {} : { region }) };
  const dynamo = new DynamoDBClient(settings);
  const documents = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  const table = `sluice-${stage}`;
  const missingPart: Missing = async (what) => notDeployed(what, stage, await dynamo.config.region());
  const missing = () => missingPart(`table ${table}`);
  return {
    store: sayingWhatIsMissing(dynamoDbRolloutStore(documents, table, newestEventByQuery(documents, table)), missing),
    emergencies: {
      emergency: (service) => orMissing(dynamoDbEmergencies(documents, table).emergency(service), missing),
    },
    incidents: { incident: (service) => orMissing(dynamoDbIncidents(documents, table).incident(service), missing) },
    releases: releasesOf(documents, table, missing),
    record: (rolloutId) => orMissing(dynamoDbKeptRecord(documents, table, rolloutId), missing),
    signIns: () => orMissing(dynamoDbSeenSignIns(documents, table), missing),
    claim: (rolloutId, by) => claimRollout(documents, table, rolloutId, by),
    ...besideTheTable(settings, stage, missingPart),
  };
}

type Beside = Omit<Stack, 'store' | 'emergencies' | 'incidents' | 'releases' | 'record' | 'signIns' | 'claim'>;

/** What few commands ask: the client of a service of AWS is loaded and built where a command asks that service. */
function besideTheTable(settings: StackSettings, stage: string, missing: Missing): Beside {
  const machines = once(async () => (await import('./connect-executions.ts')).connectExecutions(settings, stage));
  const api = once(async () => (await import('./connect-commands.ts')).connectCommands(settings, stage));
  const notifications = once(async () =>
    (await import('./connect-notifications.ts')).connectNotifications(settings, stage, missing),
  );
  const logs = once(async () => (await import('./connect-logs.ts')).connectLogs(settings));
  return {
    executions: {
      start: async (name, input) => (await machines()).executions.start(name, input),
      describe: async (executionArn) => (await machines()).executions.describe(executionArn),
    },
    startRollback: async (rolloutId, input) => (await machines()).startRollback(rolloutId, input),
    startClosing: async (rolloutId, input) => (await machines()).startClosing(rolloutId, input),
    command: async (request) => (await api()).command(request),
    pageLink: async (to) => (await api()).pageLink(to),
    notifications: {
      test: async (service, requestedBy) => (await notifications()).test(service, requestedBy),
      redrive: async () => (await notifications()).redrive(),
    },
    seen: seenBy({ ...settings, ...impatientSettings }),
    logs: {
      placesOf: async (taskDefinition) => (await logs()).placesOf(taskDefinition),
      tasksOf: async (workload, taskDefinition) => (await logs()).tasksOf(workload, taskDefinition),
      linesOf: async (place, wanted) => (await logs()).linesOf(place, wanted),
    },
    slots: once(async () => (await import('./connect-slots.ts')).connectSlots(settings)),
    registry: once(async () => (await import('./connect-registry.ts')).connectRegistry(settings)),
    checked: once(async () => (await import('./connect-checks.ts')).connectChecks(settings, stage)),
  };
}

function seenBy(settings: StackSettings): Stack['seen'] {
  const slots = once(async () => (await import('./connect-slots.ts')).connectSlots(settings));
  return {
    router: { targetHealth: async (group) => (await slots()).router.targetHealth(group) },
    runtime: { describe: async (workload) => (await slots()).runtime.describe(workload) },
    tasks: { stoppedTasks: async (workload) => (await slots()).tasks.stoppedTasks(workload) },
  };
}
