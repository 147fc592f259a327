import { startEmulator } from '../../local/emulator/emulator.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';

/** An emulator of a test file's own, and what its clients need. */
export async function startTestEmulator() {
  const supervisor = createSupervisor();
  const { endpoint } = await startEmulator({ supervisor });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { client: { endpoint, region: 'us-east-1', credentials }, stop: () => supervisor.stopAll() };
}
