import { randomInt } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startFleet } from './fleet.ts';
import type { FleetOptions } from './options.ts';
import { seededRandom } from './seeded-random.ts';

const usage = `The fleet: ECS and Elastic Load Balancing on this machine. Prints {"endpoint":"http://127.0.0.1:PORT","minuteSeconds":60}
when ready, and ends with its stdin where that is a pipe. Each flag can be given as a variable of the environment, too.
  --port N                    FLEET_PORT: port of the endpoint (default: a free one)
  --cloudwatch-endpoint URL   FLEET_CLOUDWATCH_ENDPOINT: where metrics go (default: nowhere)
  --ecr-endpoint URL          FLEET_ECR_ENDPOINT: where images are looked up
  --iam-endpoint URL          FLEET_IAM_ENDPOINT: the emulator, whose policies are asked (default: everything is allowed)
  --region NAME               FLEET_REGION (default: us-east-1)
  --account-id DIGITS         FLEET_ACCOUNT_ID (default: 000000000000)
  --metrics-period SECONDS    FLEET_METRICS_PERIOD (default: 1)
  --events-endpoint URL       FLEET_EVENTS_ENDPOINT: EventBridge, told of lifecycle hooks (default: nobody)
  --minute SECONDS            FLEET_MINUTE: what stands for a minute of an ECS deployment that moves traffic (default: 60)
  --slow-seconds LIST         FLEET_SLOW_SECONDS: thresholds of SlowRequestCount, with commas (default: 2)
  --seed NUMBER               FLEET_SEED: decides weighted choices and how late rules take effect (default: drawn)
  --root FOLDER               FLEET_ROOT: the checkout (default: the working directory)`;

const known = {
  options: {
    help: { type: 'boolean', short: 'h' },
    port: { type: 'string' },
    'cloudwatch-endpoint': { type: 'string' },
    'ecr-endpoint': { type: 'string' },
    'iam-endpoint': { type: 'string' },
    region: { type: 'string' },
    'account-id': { type: 'string' },
    'metrics-period': { type: 'string' },
    'events-endpoint': { type: 'string' },
    minute: { type: 'string' },
    'slow-seconds': { type: 'string' },
    seed: { type: 'string' },
    root: { type: 'string' },
  },
} as const;

type Flag = keyof typeof known.options;
type Flags = Readonly<Partial<Record<Flag, string | boolean>>>;

function options(flags: Flags): FleetOptions {
  const given = (flag: Flag): string | undefined => {
    const value = flags[flag];
    return typeof value === 'string' ? value : process.env[`FLEET_${flag.toUpperCase().replaceAll('-', '_')}`];
  };
  const cloudWatchEndpoint = given('cloudwatch-endpoint');
  const ecrEndpoint = given('ecr-endpoint');
  const iamEndpoint = given('iam-endpoint');
  const eventsEndpoint = given('events-endpoint');
  return {
    port: number('--port', given('port') ?? '0'),
    ...(cloudWatchEndpoint === undefined ? {} : { cloudWatchEndpoint }),
    ...(ecrEndpoint === undefined ? {} : { ecrEndpoint }),
    ...(iamEndpoint === undefined ? {} : { iamEndpoint }),
    ...(eventsEndpoint === undefined ? {} : { eventsEndpoint }),
    minuteSeconds: number('--minute', given('minute') ?? '60'),
    region: given('region') ?? 'us-east-1',
    accountId: given('account-id') ?? '000000000000',
    metricsPeriodSeconds: number('--metrics-period', given('metrics-period') ?? '1'),
    slowSeconds: (given('slow-seconds') ?? '2').split(',').map((text) => number('--slow-seconds', text)),
    random: seededRandom(number('--seed', given('seed') ?? String(randomInt(2 ** 31)))),
    root: given('root') ?? process.cwd(),
  };
}

function number(flag: `--${Flag}`, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new Error(`${flag} '${text}' is not a number: give one that is 0 or more`);
  }
  return value;
}

async function main(): Promise<void> {
  const { values: flags } = parseArgs(known);
  if (flags.help === true) {
    console.log(usage);
    return;
  }
  const setting = options(flags);
  const fleet = await startFleet(setting);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= fleet.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Whoever started the fleet holds the other end of its stdin, if that is a pipe: when it closes, nobody is left to use the fleet.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.on('end', stop).on('close', stop).resume();
  console.log(JSON.stringify({ endpoint: fleet.endpoint, minuteSeconds: setting.minuteSeconds }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
