import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ECRClient } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { versions } from '../../examples/web/versions.ts';
import { clientSettings } from '../../lib/cli/client-settings.ts';
import { connectChecks } from '../../lib/cli/connect-checks.ts';
import { ecsSlotRuntime } from '../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../lib/drivers/slots/elb-traffic-router.ts';
import { ecrImageRegistry } from '../../lib/platform/ecr-image-registry.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { checkService } from '../../lib/usecases/checks/check-service.ts';
import { type Dependencies, deployDataProbe, sampleChecks, startDependencies } from '../../local/demo/dependencies.ts';
import { freePort } from '../../local/process/free-port.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { createSampleService } from '../../local/sample/sample-service.ts';
import { sampleSpec } from '../../local/sample/sample-spec.ts';
import { clientsFor } from '../../local/stack/clients.ts';
import { type LocalAws, startLocalAws } from '../../local/stack/local-aws.ts';
import { localStage } from '../../local/stack/stage.ts';
import { eventually } from '../setup/eventually.ts';

const supervisor = createSupervisor();
const before = { ...process.env };
let folder = '';
let aws: LocalAws;
let dependencies: Dependencies;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-sample-'));
  dependencies = await startDependencies();
  aws = await startLocalAws(supervisor, folder);
  // The clients of the command line find emulator and fleet as those of a person do.
  Object.assign(process.env, aws.environment);
}, 300_000);
afterAll(async () => {
  for (const name of Object.keys(aws.environment)) {
    const value = before[name];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await supervisor.stopAll();
  await dependencies.stop();
  rmSync(folder, { recursive: true, force: true });
}, 300_000);

test('the sample of the demonstration passes over 20 checks, of a real PostgreSQL and a real Redis too', async () => {
  const { region, emulator, fleetEndpoint } = aws;
  const clients = clientsFor({ emulatorEndpoint: emulator.endpoint, fleetEndpoint, region });
  const service = await createSampleService(clients, await freePort(), versions.first);
  await deployDataProbe({ aws, clients }, dependencies);
  await eventually('the sample serves', async () => (await fetch(service.url)).ok);
  const parsed = parseSpec(sampleSpec(service, 'quick', { checks: sampleChecks }), 'sample.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  const settings = { region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const world = {
    ...connectChecks({ ...clientSettings, ...settings }, localStage),
    router: elbTrafficRouter(clients.elb),
    runtime: ecsSlotRuntime(clients.ecs),
    registry: ecrImageRegistry(() => new ECRClient({ ...settings, endpoint: emulator.endpoint })),
    // The stack has the table, and none is deployed here: no rollout is stopped, and nothing is attested.
    store: { ...clients.store, stops: () => Promise.resolve({ stops: [] }) },
    now: () => new Date(),
    sleep: (milliseconds: number) => sleep(milliseconds),
  };

  const found = await checkService(
    { spec: parsed.spec, version: 1, appliedBy: 'a test', appliedAt: new Date().toISOString() },
    {},
    world,
  );

  const shown = found.map(({ name, result, saw }) => `${name} ${result ?? ''}: ${saw}`);
  expect(shown.filter((line) => / (?:failed|unknown): /.test(line))).toEqual([]);
  expect(shown).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^postgresql passed: orders: [\d.]+ by TLSv1\.3, .*, at 42$/),
      expect.stringMatching(/^redis passed: sessions: [\d.]+, PONG, /),
    ]),
  );
  expect(found.length).toBeGreaterThanOrEqual(20);
}, 300_000);
