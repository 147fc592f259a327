import type { Identity } from '../../identity.ts';
import type { HookAction, Pause, ServiceDeployment } from '../model.ts';
import { hookEvent, type Tell } from './hook-events.ts';
import type { LifecycleHook } from './lifecycle-hooks.ts';

interface World {
  readonly identity: Identity;
  readonly tell: Tell;
  /** What stands for a minute of AWS. */
  readonly minuteMs: number;
}

/**
 * Pauses a deployment until somebody answers, or the hook times out.
 * @throws Error where the deployment ends meanwhile
 */
export async function answered(
  { identity, minuteMs, tell }: World,
  deployment: ServiceDeployment,
  hook: LifecycleHook,
  stage: string,
): Promise<{ readonly action: HookAction; readonly how: string }> {
  const { timeoutInMinutes, action: timeoutAction } = hook.timeoutConfiguration;
  const waitMs = timeoutInMinutes * minuteMs;
  const { promise, resolve } = Promise.withResolvers<HookAction | 'TIMED_OUT' | 'INTERRUPTED'>();
  const pause: Pause = {
    hookId: `ecs-pause-${identity.hex('hook', deployment.arn, 43)}`,
    stage,
    expiresAt: new Date(Date.now() + waitMs),
    timeoutAction,
    status: 'AWAITING_ACTION',
    answer: resolve,
  };
  const timer = setTimeout(
    () => {
      resolve('TIMED_OUT');
    },
    Math.min(waitMs, 2 ** 31 - 1),
  );
  deployment.pauses.push(pause);
  tell(hookEvent(deployment, pause));
  const interrupted = () => {
    resolve('INTERRUPTED');
  };
  deployment.stop.signal.addEventListener('abort', interrupted, { once: true });
  const answer = await promise;
  clearTimeout(timer);
  deployment.stop.signal.removeEventListener('abort', interrupted);
  pause.status = answer === 'TIMED_OUT' ? 'TIMED_OUT' : answer === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED';
  deployment.updatedAt = new Date();
  if (answer === 'INTERRUPTED') throw new Error('interrupted');
  tell(hookEvent(deployment, pause));
  return answer === 'TIMED_OUT'
    ? { action: timeoutAction, how: 'timed out' }
    : { action: answer, how: 'was answered with ROLLBACK' };
}
