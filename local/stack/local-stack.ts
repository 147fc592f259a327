import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { versions } from '../../examples/web/versions.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import type { Block } from '../blocks/blocks.ts';
import { putSampleSecrets, sampleSecrets } from '../inbox/sample-channels.ts';
import type { SlackApp } from '../inbox/slack-app.ts';
import { freePort } from '../process/free-port.ts';
import type { Supervisor } from '../process/supervisor.ts';
import { sample } from '../sample/sample-names.ts';
import { createSampleService, type SampleService } from '../sample/sample-service.ts';
import { type Pace, type SampleOptions, sampleSpec } from '../sample/sample-spec.ts';
import { type Clients, clientsFor } from './clients.ts';
import { type Deploy, deployStack } from './deploy.ts';
import { type FleetTruth, fleetTruth } from './fleet-truth.ts';
import { apiUrl } from './api-url.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';
import { logFolder } from './log-folder.ts';

/** The deployed stack and the sample service, ready for a push. */
export interface LocalStack {
  readonly aws: LocalAws;
  readonly clients: Clients;
  readonly service: SampleService;
  readonly truth: FleetTruth;
}

/**
 * Starts the local AWS, deploys the stack to it, creates the sample service and applies its spec.
 * @param durable whether the emulator can be started again with its state
 * @param deploy puts the stack there; by default the one in `serverless.yml`
 * @param block the building block that makes the sample's slots
 */
export async function startLocalStack(
  supervisor: Supervisor,
  tell: (line: string) => void,
  durable = false,
  deploy: Deploy = deployStack,
  block?: Block,
): Promise<LocalStack> {
  const logs = await logFolder();
  tell('Starting the local AWS: emulator and fleet');
  const aws = await startLocalAws(supervisor, logs, durable);
  const { fleetEndpoint, region, emulator, seed } = aws;
  tell(`Changed rules take effect 2 to 10 s late, node by node; FLEET_SEED=${seed} draws the same delays again`);
  const clients = clientsFor({ emulatorEndpoint: emulator.endpoint, fleetEndpoint, region });

  tell('Deploying the stack in serverless.yml, and creating the sample service');
  const [service] = await Promise.all([
    freePort().then((port) => createSampleService(clients, port, versions.first, block)),
    deploy(supervisor, aws, logs),
    putSampleSecrets(clients.ssm),
  ]);
  await applySpec(clients, service, 'quick');
  await untilServing(service.url, clients);
  await connectInbox(aws);
  return { aws, clients, service, truth: fleetTruth(fleetEndpoint) };
}

/** Buttons that are clicked on the inbox's page go to the stack as Slack would send them. */
async function connectInbox(aws: LocalAws): Promise<void> {
  const api = await apiUrl(aws);
  const app: SlackApp = {
    url: `${api}/slack/actions`,
    signingSecret: sampleSecrets['/sluice/local/slack-signing-secret'],
    pagerDuty: {
      url: `${api}/pagerduty/events`,
      secret: sampleSecrets['/sluice/local/pagerduty-webhook-secret'],
    },
  };
  const { ok, status } = await fetch(`${aws.inboxUrl}/_inbox/app`, { method: 'POST', body: JSON.stringify(app) });
  if (!ok) throw new Error(`the inbox answered ${status} when it was told of the stack`);
}

/** Applies the sample's spec; later rollouts of the sample take that pace. */
export async function applySpec(
  clients: Clients,
  service: SampleService,
  pace: Pace,
  options: SampleOptions = {},
): Promise<void> {
  await applyText(clients, sampleSpec(service, pace, options));
}

/** Applies a spec of the sample, as YAML. */
export async function applyText({ store }: Clients, text: string): Promise<void> {
  const parsed = parseSpec(text, 'sample.yml');
  if (!parsed.ok) throw new Error(`the sample's spec is not right: ${JSON.stringify(parsed.findings)}`);
  await store.putSpec(parsed.spec, 'the demo', new Date().toISOString());
}

const serveWithinMs = 120_000;

async function untilServing(url: string, { ecs }: Clients): Promise<void> {
  const deadline = Date.now() + serveWithinMs;
  for (;;) {
    const { status } = await fetch(url);
    if (status === 200) return;
    if (Date.now() > deadline) {
      const { services = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster: sample.cluster, services: [sample.slots.a] }),
      );
      const said = (services[0]?.events ?? []).map(({ message }) => message).slice(0, 5);
      throw new Error(
        `the sample service still answers ${status} after ${serveWithinMs / 1000} s: ${said.join(' ')} See .sluice/logs/fleet.log`,
      );
    }
    await sleep(100);
  }
}
