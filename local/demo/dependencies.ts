import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { dataProbe } from '../../scripts/package/data-probe.mjs';
import { certificate } from '../databases/certificates.ts';
import type { DatabaseServer } from '../databases/place.ts';
import { startPostgresql, startRedis } from '../databases/servers.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import { projectRoot } from '../stack/project-root.ts';
import { localStage } from '../stack/stage.ts';

/** What the sample needs besides itself: a real PostgreSQL and a real Redis. */
export interface Dependencies {
  readonly postgresql: DatabaseServer;
  readonly redis: DatabaseServer;
  /** Of the authority that their certificates are of, PEM. */
  readonly authority: string;
  stop(): Promise<void>;
}

const password = 'only-on-this-machine';
const validFor = 86_400_000;
const bucket = 'sample-templates';

/** Starts both, with certificates of an authority that is made for this run. */
export async function startDependencies(): Promise<Dependencies> {
  const until = new Date(Date.now() + validFor);
  const issuer = certificate({ name: 'Authority of the demonstration', until, isAuthority: true });
  const settings = { certificate: certificate({ name: 'localhost', until, issuer }), password };
  const statements = [
    'CREATE TABLE flyway_schema_history (version VARCHAR(50), success BOOLEAN)',
    "INSERT INTO flyway_schema_history VALUES ('41', true), ('42', true)",
  ];
  const started = await Promise.allSettled([
    startPostgresql({ ...settings, statements }),
    startRedis({ ...settings, options: ['--maxmemory', '64mb'] }),
  ]);
  const [postgresql, redis] = started;
  const stop = async () => {
    for (const one of started) if (one.status === 'fulfilled') await one.value.stop();
  };
  if (postgresql.status === 'fulfilled' && redis.status === 'fulfilled')
    return { postgresql: postgresql.value, redis: redis.value, authority: issuer.cert, stop };
  await stop();
  throw started.map((one): unknown => (one.status === 'rejected' ? one.reason : undefined)).find(Boolean);
}

/** Deploys the data probe, and keeps the secrets that it reads, as an installation does. */
export async function deployDataProbe(
  { aws, clients }: Pick<LocalStack, 'aws' | 'clients'>,
  dependencies: Dependencies,
): Promise<void> {
  const settings = {
    endpoint: aws.emulator.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const secrets = new SecretsManagerClient(settings);
  const kept = { host: 'localhost', username: 'orders', password, dbname: 'orders' };
  const { username: _, dbname: __, ...ofRedis } = kept;
  const contents = {
    'sample/orders': { ...kept, port: dependencies.postgresql.port },
    'sample/sessions': { ...ofRedis, port: dependencies.redis.port },
  };
  for (const [Name, content] of Object.entries(contents))
    await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(content) }));

  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const { template: Body } = await dataProbe(projectRoot);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'data-probe.yml', Body }));

  const { LoadBalancers: [balancer] = [] } = await clients.elb.send(
    new DescribeLoadBalancersCommand({ Names: ['sample'] }),
  );
  const parameters = {
    Stage: localStage,
    VpcId: balancer?.VpcId ?? '',
    SubnetIds: 'subnet-1,subnet-2',
    Secrets: `arn:aws:secretsmanager:${aws.region}:${aws.accountId}:secret:sample/*`,
    CaCertificate: dependencies.authority,
  };
  const cloudFormation = new CloudFormationClient(settings);
  const StackName = `sluice-${localStage}-data-probe`;
  await cloudFormation.send(
    new CreateStackCommand({
      StackName,
      TemplateURL: `${aws.emulator.endpoint}/${bucket}/data-probe.yml`,
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
  await waitUntilStackCreateComplete(
    { client: cloudFormation, maxWaitTime: 120, minDelay: 1, maxDelay: 1 },
    { StackName },
  );
}

/** The checks that the sample turns on, besides those of every rollout, as its spec writes them. */
export const sampleChecks = readFileSync(path.join(projectRoot, 'local/sample/checks.yml'), 'utf8');
