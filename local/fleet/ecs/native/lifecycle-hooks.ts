import * as z from 'zod';
import { invalidParameter } from '../../aws-error.ts';

/** Stages that a hook may name; `SCALE_UP`, `BAKE_TIME` and `CLEAN_UP` take none. */
const hookStage = z.enum([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]);

/** A lifecycle hook of a deployment configuration, with AWS's defaults: a day, then back. */
const lifecycleHook = z.object({
  targetType: z.enum(['AWS_LAMBDA', 'PAUSE']).default('AWS_LAMBDA'),
  hookTargetArn: z.string().optional(),
  roleArn: z.string().optional(),
  lifecycleStages: z.array(hookStage).min(1, 'Lifecycle stages cannot be empty.'),
  hookDetails: z.unknown().optional(),
  timeoutConfiguration: z
    .object({
      timeoutInMinutes: z.int().min(1).max(20_160).default(1440),
      action: z.enum(['ROLLBACK', 'CONTINUE']).default('ROLLBACK'),
    })
    .prefault({}),
});
export type LifecycleHook = z.output<typeof lifecycleHook>;

export const lifecycleHooks = z.array(lifecycleHook);

const mostPauses = 10;

/**
 * Refuses hooks as AWS does (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html), and those that
 * the fleet does not run: functions, and hooks of rolling deployments.
 * @throws AwsError InvalidParameterException
 */
export function checkHooks(strategy: string, hooks: readonly LifecycleHook[]): void {
  if (hooks.some(({ targetType }) => targetType === 'AWS_LAMBDA'))
    throw invalidParameter('the fleet runs no lifecycle hooks of the type AWS_LAMBDA: give PAUSE');
  if (hooks.length > mostPauses)
    throw invalidParameter(`A service can have at most ${mostPauses} lifecycle hooks of the type PAUSE.`);
  const shift = hooks
    .flatMap(({ lifecycleStages }) => lifecycleStages)
    .find((stage) => stage === 'TEST_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT');
  if (shift !== undefined)
    throw invalidParameter(`A lifecycle hook of the type PAUSE cannot be at the lifecycle stage ${shift}.`);
  if (strategy === 'ROLLING' && hooks.length > 0)
    throw invalidParameter(
      'the fleet runs no lifecycle hooks in ROLLING deployments: give BLUE_GREEN, LINEAR or CANARY',
    );
}
