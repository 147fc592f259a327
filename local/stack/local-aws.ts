import { randomInt } from 'node:crypto';
import path from 'node:path';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { clientEnvironment } from '../emulator/environment.ts';
import { sampleSecrets } from '../inbox/sample-channels.ts';
import { freePort } from '../process/free-port.ts';
import type { Supervisor } from '../process/supervisor.ts';
import { projectRoot } from './project-root.ts';

/** An AWS on this machine: the emulator, and the fleet for ECS and the load balancer. */
export interface LocalAws {
  readonly emulator: Emulator;
  readonly fleetEndpoint: string;
  /** Stands in for Slack, PagerDuty, SES and webhooks; a person may open it. */
  readonly inboxUrl: string;
  /** Decides how late the load balancer obeys each rule, and which weighted choices it makes. */
  readonly seed: string;
  readonly region: string;
  readonly accountId: string;
  /** What an AWS SDK client needs to talk to both, and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
}

const region = 'us-east-1';
/** The emulator's account. */
const accountId = '000000000000';

/**
 * Starts emulator and fleet. Each needs the other's address: the functions call the fleet, the fleet publishes metrics to the
 * emulator; so the fleet's port is chosen first.
 */
export async function startLocalAws(supervisor: Supervisor, logFolder: string, durable = false): Promise<LocalAws> {
  const seed = process.env['FLEET_SEED'] ?? String(randomInt(2 ** 31));
  const fleetPort = await freePort();
  const fleetEndpoint = `http://127.0.0.1:${fleetPort}`;
  const inboxPort = await freePort();
  const inboxUrl = `http://127.0.0.1:${inboxPort}`;
  const fleetEnvironment = {
    AWS_ENDPOINT_URL_ECS: fleetEndpoint,
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: fleetEndpoint,
    AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: fleetEndpoint,
  };
  const emulator = await startEmulator({
    supervisor,
    env: { ...fleetEnvironment, ...inboxEnvironment(inboxUrl), ...recordedRequests() },
    persist: durable,
    logFile: path.join(logFolder, 'emulator.log'),
  });
  const environment = { ...clientEnvironment(emulator.endpoint), AWS_REGION: region, ...fleetEnvironment };
  await supervisor.start({
    name: 'the fleet',
    command: process.execPath,
    args: [
      path.join(projectRoot, 'local/fleet/main.ts'),
      `--port=${fleetPort}`,
      `--region=${region}`,
      `--account-id=${accountId}`,
      `--ecr-endpoint=${emulator.endpoint}`,
      `--cloudwatch-endpoint=${emulator.endpoint}`,
      `--iam-endpoint=${emulator.endpoint}`,
      `--events-endpoint=${emulator.endpoint}`,
      `--seed=${seed}`,
    ],
    cwd: projectRoot,
    env: { ...process.env, ...recordedRequests() },
    ready: { url: `${fleetEndpoint}/_fleet/health` },
    logFile: path.join(logFolder, 'fleet.log'),
  });
  await supervisor.start({
    name: 'the inbox',
    command: process.execPath,
    args: [
      path.join(projectRoot, 'local/inbox/main.ts'),
      `--port=${inboxPort}`,
      `--webhook-secret=${sampleSecrets['/sluice/local/webhook-secret']}`,
    ],
    cwd: projectRoot,
    ready: { url: `${inboxUrl}/_inbox/health` },
    logFile: path.join(logFolder, 'inbox.log'),
  });
  return { emulator, fleetEndpoint, inboxUrl, seed, region, accountId, environment };
}

/** The file that both keep their requests in, where a test wants them. */
function recordedRequests(): Readonly<Record<string, string>> {
  const file = process.env['SLUICE_RECORDED_REQUESTS'];
  return file === undefined ? {} : { SLUICE_RECORDED_REQUESTS: file };
}

/** What leads the functions to the inbox instead of the vendors; nothing else sets these. */
function inboxEnvironment(inboxUrl: string): Readonly<Record<string, string>> {
  return {
    SLACK_API_URL: `${inboxUrl}/api`,
    PAGERDUTY_EVENTS_URL: inboxUrl,
    SLUICE_WEBHOOK_ORIGIN: inboxUrl,
    AWS_ENDPOINT_URL_SESV2: inboxUrl,
  };
}
