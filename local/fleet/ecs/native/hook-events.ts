import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { rootCredentials } from '../../root-credentials.ts';
import type { Pause, ServiceDeployment } from '../model.ts';

/** Emulators refuse what claims to come from AWS itself; the stack of the local stage takes this in its place. */
const localSource = 'local.ecs';

/** An event as it goes to the default event bus. */
export interface EcsEvent {
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Tells the event bus; returns at once. */
export type Tell = (event: EcsEvent) => void;

const eventNames = {
  AWAITING_ACTION: 'HOOK_AWAITING_ACTION',
  SUCCEEDED: 'HOOK_SUCCEEDED',
  FAILED: 'HOOK_FAILED',
  TIMED_OUT: 'HOOK_TIMED_OUT',
} as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_hook_state_change_events.html */
export function hookEvent(deployment: ServiceDeployment, pause: Pause): EcsEvent {
  const { arn, service } = deployment;
  return {
    detailType: 'ECS Hook State Change',
    resources: [arn],
    detail: {
      eventType: 'INFO',
      eventName: eventNames[pause.status],
      hookId: pause.hookId,
      hookType: 'PAUSE',
      expiresAt: pause.expiresAt.toISOString(),
      lifecycleStage: pause.stage,
      clusterArn: service.cluster.arn,
      serviceArn: service.arn,
      serviceDeploymentArn: arn,
      updatedAt: new Date().toISOString(),
    },
  };
}

const attempts = 5;
const betweenMs = 200;

/** Sends events to an event bus, each up to five times; what cannot be delivered then is lost, as on AWS in the worst case. */
export function eventBus(setting: { readonly endpoint: string; readonly region: string }): {
  readonly tell: Tell;
  readonly stop: () => void;
} {
  const client = new EventBridgeClient({ ...setting, credentials: rootCredentials, maxAttempts: 1 });
  const stopping = new AbortController();
  const deliver = async ({ detailType, resources, detail }: EcsEvent): Promise<void> => {
    const entry = {
      Source: localSource,
      DetailType: detailType,
      Resources: [...resources],
      Detail: JSON.stringify(detail),
    };
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      try {
        const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry] }), {
          abortSignal: stopping.signal,
        });
        if (FailedEntryCount === 0 || FailedEntryCount === undefined) return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (attempt === attempts)
          console.error(`the fleet cannot tell ${setting.endpoint} of ${detailType}: ${String(error)}`);
      }
      await sleep(betweenMs * attempt, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  return {
    tell: (event) => void deliver(event),
    stop: () => {
      stopping.abort();
      client.destroy();
    },
  };
}
