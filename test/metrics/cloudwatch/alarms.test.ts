import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloudWatchAlarms } from '../../../lib/metrics/cloudwatch/alarms.ts';
import { startTestEmulator } from '../../emulator/emulator-endpoint.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let client: CloudWatchClient;

afterAll(async () => {
  client.destroy();
  await emulator.stop();
});

beforeAll(async () => {
  emulator = await startTestEmulator();
  client = new CloudWatchClient(emulator.client);
  for (const AlarmName of ['rings', 'is-quiet', 'is-not-asked-for']) {
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'Test',
        MetricName: AlarmName,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      }),
    );
    const StateValue = AlarmName === 'is-quiet' ? 'OK' : 'ALARM';
    await client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'set by a test' }));
  }
});

test('tells of the named alarms that exist, and which of them ring', async () => {
  const found = await cloudWatchAlarms(client).read(['rings', 'is-quiet', 'does-not-exist']);

  expect(found.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
    { name: 'is-quiet', isRinging: false, reason: 'set by a test' },
    { name: 'rings', isRinging: true, reason: 'set by a test' },
  ]);
});
