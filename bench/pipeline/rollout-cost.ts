import * as z from 'zod';
import { albSeriesFor } from '../../lib/metrics/cloudwatch/alb-datapoint.ts';
import { defaultSpec, digestOf, ModelWorld } from '../../test/model/model-world.ts';
import { walk } from '../../test/model/walk.ts';
import { counted } from './counted-world.ts';
import { prices } from '../../lib/rollout/list-prices.ts';
import { transitionsOf } from './transitions.ts';

/** One position of a rollout's bill. */
export interface Position {
  readonly what: string;
  readonly count: number;
  readonly dollars: number;
}

const metricsAsked = z.object({ metrics: z.array(z.string()) });

const kilobyte = 1024;
/** A warm call of a function on the local AWS takes 10 ms; on AWS its calls of other services make it about this. */
const billedSeconds = 0.2;
const memoryGigabytes = 0.5;
/** Structured log lines of one call, bytes. */
const loggedBytes = 1_000;

/** What a good rollout by the defaults costs, counted on the model with the real machine and the real use cases. */
export async function billOfRollout(): Promise<readonly Position[]> {
  const model = new ModelWorld();
  const image = { service: 'web', image: '412-9f8d111' };
  const spec = defaultSpec();
  model.addImage(image.image, digestOf('b'));
  await model.store.putSpec(spec, 'the benchmark', model.now().toISOString());
  const { world, calls } = counted(model);
  const { end, states } = await walk('rollout', image, world, {
    // A look a period: the model itself lets a second pass with each state.
    before: (state) => {
      if (state === 'AnalyseGreen') model.time += (spec.period - 1) * 1000;
    },
  });
  if (end.status !== 'SUCCEEDED') throw new Error(`The rollout on the model ended with ${end.error}: ${end.cause}`);

  const timesOf = (name: string) => calls.get(name)?.length ?? 0;
  const transitions = transitionsOf('rollout', states);
  const appended = calls.get('store.append') ?? [];
  const publishing = appended.length + timesOf('store.open');
  const functions = states.length + publishing;
  const written = appended.map(
    ([from, events]) => 2 * (units(from, 1) + [events].flat().reduce((sum: number, event) => sum + units(event, 1), 0)),
  );
  const writes = sum(written) + timesOf('store.markAnnounced') + 10;
  const reads =
    2 * timesOf('store.load') + timesOf('store.events') + timesOf('store.announcedUpTo') + timesOf('store.service');
  // Each call is billed by the series that it asks for: verification asks for one metric, an evaluation for those of the gates.
  const metrics = sum(
    (calls.get('metrics.read') ?? []).map(
      ([asked]) => 2 * albSeriesFor(metricsAsked.parse(asked).metrics, spec.slow).length,
    ),
  );
  return [
    { what: 'Step Functions: state transitions', count: transitions, dollars: transitions * prices.stateTransition },
    { what: 'CloudWatch: metrics in GetMetricData', count: metrics, dollars: metrics * prices.metric },
    {
      what: 'Lambda: calls',
      count: functions,
      dollars: functions * (prices.lambdaRequest + billedSeconds * memoryGigabytes * prices.lambdaGigabyteSecond),
    },
    {
      what: 'CloudWatch Logs: lines of the calls',
      count: functions,
      dollars: ((functions * loggedBytes) / 1e9) * prices.logGigabyte,
    },
    { what: 'DynamoDB: write units', count: writes, dollars: writes * prices.writeUnit },
    { what: 'DynamoDB: read units', count: reads, dollars: reads * prices.readUnit },
    {
      what: 'SNS: announcements',
      count: timesOf('announcer.announce'),
      dollars: timesOf('announcer.announce') * prices.message,
    },
  ];
}

function units(value: unknown, ofKilobytes: number): number {
  return Math.ceil(JSON.stringify(value).length / (ofKilobytes * kilobyte));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
