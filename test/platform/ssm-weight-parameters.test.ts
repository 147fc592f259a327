import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ssmWeightParameters } from '../../lib/platform/ssm-weight-parameters.ts';
import { startEmulator } from '../../local/emulator/emulator.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';

const supervisor = createSupervisor();
let ssm: SSMClient;

beforeAll(async () => {
  const { endpoint } = await startEmulator({ supervisor });
  ssm = new SSMClient({
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(() => supervisor.stopAll());

/** Value and version of both parameters; each write makes a new version. */
async function published(): Promise<readonly string[]> {
  const Names = ['a', 'b'].map((slot) => `/sluice/test/weights/web/${slot}`);
  const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names }));
  return Parameters.map(({ Name, Value, Version, Type }) => `${Name} ${Value} v${Version} ${Type}`).sort();
}

describe('the weights that templates take', () => {
  test('follow the slot that serves, and are written only when that changes', async () => {
    const parameters = ssmWeightParameters(ssm, 'test');

    await parameters.publish('web', 'a');
    await parameters.publish('web', 'a');
    expect(await published()).toEqual([
      '/sluice/test/weights/web/a 100 v1 String',
      '/sluice/test/weights/web/b 0 v1 String',
    ]);

    await parameters.publish('web', 'b');
    expect(await published()).toEqual([
      '/sluice/test/weights/web/a 0 v2 String',
      '/sluice/test/weights/web/b 100 v2 String',
    ]);
  });
});
