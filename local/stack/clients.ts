import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoDbEmergencies } from '../../lib/storage/dynamodb-emergencies.ts';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import type { Emergencies } from '../../lib/ports/emergencies.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { localStage } from './stage.ts';

export interface Clients {
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ecr: ECRClient;
  readonly logs: CloudWatchLogsClient;
  readonly events: EventBridgeClient;
  readonly sfn: SFNClient;
  readonly ssm: SSMClient;
  readonly store: RolloutStore;
  readonly emergencies: Emergencies;
}

/** Real SDK clients for the local AWS. */
export function clientsFor({
  emulatorEndpoint,
  fleetEndpoint,
  region,
}: {
  readonly emulatorEndpoint: string;
  readonly fleetEndpoint: string;
  readonly region: string;
}): Clients {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const emulator = { endpoint: emulatorEndpoint, region, credentials };
  const fleet = { endpoint: fleetEndpoint, region, credentials };
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(emulator), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    ecs: new ECSClient(fleet),
    elb: new ElasticLoadBalancingV2Client(fleet),
    ecr: new ECRClient(emulator),
    logs: new CloudWatchLogsClient(emulator),
    events: new EventBridgeClient(emulator),
    sfn: new SFNClient(emulator),
    ssm: new SSMClient(emulator),
    store: dynamoDbRolloutStore(documents, `sluice-${localStage}`),
    emergencies: dynamoDbEmergencies(documents, `sluice-${localStage}`),
  };
}
