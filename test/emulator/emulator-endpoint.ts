import { startEmulator } from '../../local/emulator/emulator.ts';
import { createRole } from '../../local/emulator/iam-roles.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';

/** An emulator of a test file's own with the role `test` for machines and functions, and what its clients need. */
export async function startTestEmulator() {
  const supervisor = createSupervisor();
  const { endpoint } = await startEmulator({ supervisor });
  await createRole(endpoint, 'test', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { client: { endpoint, region: 'us-east-1', credentials }, stop: () => supervisor.stopAll() };
}
