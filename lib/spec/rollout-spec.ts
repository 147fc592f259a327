import * as z from 'zod';
import { defaultGates, gate } from './gate.ts';
import { duration, wholeSeconds } from './quantity.ts';

const ecsName = z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/, 'expected the name of an ECS resource: letters, digits, - and _');

function arn(kind: string, pattern: RegExp, example: string) {
  return z.string().regex(pattern, `expected the ARN of ${kind}, such as ${example}`);
}

const slot = z.strictObject({
  /** The ECS service of the slot. */
  service: ecsName,
  /** The target group that this ECS service registers its tasks with. */
  targetGroup: arn(
    'a target group',
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[\w-]+\/[0-9a-f]+$/,
    'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-a/0123456789abcdef',
  ),
});

const rule = z.strictObject({
  rule: arn(
    'a listener rule',
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener-rule\/app\/[\w-]+\/[0-9a-f]+\/[0-9a-f]+\/[0-9a-f]+$/,
    'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/main/0123456789abcdef/0123456789abcdef/0123456789abcdef',
  ),
});

const listener = z.strictObject({
  /** The listener whose default action carries the service's traffic. */
  listener: arn(
    'an application load balancer listener',
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener\/app\/[\w-]+\/[0-9a-f]+\/[0-9a-f]+$/,
    'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/main/0123456789abcdef/0123456789abcdef',
  ),
});

const step = z.strictObject({
  /** Percent of the traffic that green gets. */
  weight: z.int('expected a whole percentage').min(1, 'expected 1 to 100').max(100, 'expected 1 to 100'),
  /** How long the step is watched before the next one. */
  bake: wholeSeconds({ min: 1, max: 86_400 }),
});

const steps = z
  .array(step)
  .min(1, 'expected at least one step')
  .max(20, 'expected at most 20 steps')
  .superRefine((list, context) => {
    list.forEach((current, index) => {
      const previous = list[index - 1];
      if (previous !== undefined && current.weight <= previous.weight) {
        context.addIssue({
          code: 'custom',
          path: [index, 'weight'],
          message: `weight ${String(current.weight)} does not rise above the ${String(previous.weight)} before it, expected rising weights`,
        });
      }
    });
    const last = list.at(-1);
    if (last !== undefined && last.weight !== 100) {
      context.addIssue({
        code: 'custom',
        path: [list.length - 1, 'weight'],
        message: `the last weight is ${String(last.weight)}, expected 100`,
      });
    }
  });

const image = z.strictObject({
  /** The ECR repository, without registry and tag. */
  repository: z.string().regex(/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/, 'expected the name of an ECR repository, such as shop/web'),
  /** Regular expression that a tag must match whole; the default is `BUILD-COMMIT`. */
  tagPattern: z
    .string()
    .max(200)
    .refine(isRegularExpression, 'expected a regular expression')
    .default('\\d+-[0-9a-f]{7,40}'),
});

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'expected the name of an HTTP header');

/** One service's rollout spec. Durations come out in seconds, shares as 0..1. */
export const rolloutSpec = z.strictObject({
  /** What the team calls the service; names its rollouts. */
  service: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected a name of up to 32 lower-case letters, digits and -'),
  cluster: ecsName,
  /** The container of the task definition that gets the new image. */
  container: ecsName,
  image,
  slots: z
    .strictObject({ a: slot, b: slot })
    .refine((s) => s.a.service !== s.b.service, { error: 'both slots name the same ECS service', path: ['b', 'service'] })
    .refine((s) => s.a.targetGroup !== s.b.targetGroup, {
      error: 'both slots name the same target group',
      path: ['b', 'targetGroup'],
    }),
  /** Every rule or listener whose forward action is shifted. */
  traffic: z.array(z.union([rule, listener], 'expected `rule` or `listener` with an ARN')).min(1).max(20),
  /** Where the load balancer is reached by VerifyGreen; by default its DNS name, with the listener's protocol and port. */
  url: z.url({ protocol: /^https?$/, error: 'expected an http(s) URL' }).optional(),
  healthPath: z.string().regex(/^\/[\x21-\x7e]*$/, 'expected a path that starts with /').default('/health'),
  /** Requests that carry this header go to green before anybody else's do. */
  header: z.strictObject({ name: headerName.default('canary'), value: headerName.default('true') }).prefault({}),
  steps: steps.prefault([
    { weight: 5, bake: '15m' },
    { weight: 25, bake: '30m' },
    { weight: 50, bake: '30m' },
    { weight: 100, bake: '10m' },
  ]),
  gates: z
    .array(gate)
    .min(1, 'expected at least one gate')
    .max(20)
    .superRefine((gates, context) => {
      gates.forEach((current, index) => {
        if (gates.findIndex((other) => other.name === current.name) !== index) {
          context.addIssue({ code: 'custom', path: [index, 'name'], message: `two gates are called ${current.name}` });
        }
      });
    })
    .default([...defaultGates]),
  /** Length of one datapoint, and how often green is judged. AWS/ApplicationELB publishes each 60 s. */
  period: wholeSeconds({ min: 1, max: 300 })
    .refine((s) => s === 1 || s === 5 || s === 10 || s === 30 || s % 60 === 0, 'expected 1s, 5s, 10s, 30s or a multiple of 60s')
    .prefault('60s'),
  /** How long after its end a datapoint counts as settled. */
  lag: wholeSeconds({ max: 900 }).prefault('120s'),
  /** Fewest requests of green in a step that count as evidence. */
  minimumRequests: z.int().min(1).default(50),
  timeouts: z
    .strictObject({
      /** Green's tasks must be ready within it. */
      provisionGreen: wholeSeconds({ min: 1, max: 3600 }).prefault('600s'),
      /** A bake that is held for longer rolls back. */
      hold: wholeSeconds({ min: 0, max: 86_400 }).prefault('30m'),
      /** One HTTP request of VerifyGreen. */
      verifyRequest: duration({ min: 0.1, max: 10 }).prefault('2s'),
    })
    .prefault({}),
  retention: z
    .strictObject({
      /** How long blue stays at full capacity after the rollout. */
      keepFullFor: wholeSeconds({ min: 0, max: 7 * 86_400 }).prefault('1h'),
      /** How long blue stays at all. */
      keepFor: wholeSeconds({ min: 0, max: 7 * 86_400 }).prefault('24h'),
    })
    .prefault({})
    .refine((r) => r.keepFullFor <= r.keepFor, { error: 'keepFullFor is longer than keepFor', path: ['keepFullFor'] }),
});

export type RolloutSpec = z.output<typeof rolloutSpec>;
export type SlotName = keyof RolloutSpec['slots'];
export type TrafficTarget = RolloutSpec['traffic'][number];
