import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { digestOf, modelArns, modelSpec } from '../model/model-world.ts';

export type OpenedEvent = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

/** The event that opens a rollout of the model's service, from slot a to slot b. */
export function openedEvent(changes: Partial<OpenedEvent> = {}): OpenedEvent {
  const { service = 'web' } = changes;
  return {
    type: 'RolloutOpened',
    service,
    image: {
      repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web',
      digest: digestOf('b'),
      tag: '412-9f8d111',
    },
    requestedBy: 'a test',
    traceId: 'trace-1',
    executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:execution-1',
    spec: modelSpec({ service }),
    specVersion: 1,
    blue: 'a',
    green: 'b',
    blueTaskDefinition: 'web:1',
    blueCount: 2,
    blueDigest: digestOf('a'),
    restorePlan: [
      { kind: 'rule', arn: modelArns.rule, actions: [{ Type: 'forward', TargetGroupArn: modelArns.groupA }] },
    ],
    ...changes,
  };
}

/** What ends a rollout well, from the phase `finishing` on. */
export const succeeded: RolloutEvent = {
  type: 'RolloutSucceeded',
  digest: digestOf('b'),
  fullUntil: '2026-03-01T12:00:00.000Z',
  keptUntil: '2026-03-02T11:00:00.000Z',
};

/** Every event from the opening to the phase `finishing`, for a spec with one step. */
export const toFinishing: readonly RolloutEvent[] = [
  { type: 'PreChecksPassed', results: [] },
  { type: 'GreenDeployed', taskDefinition: 'web:2', deploymentId: 'ecs-svc/3', count: 2 },
  { type: 'GreenReady', running: 2, digest: digestOf('b') },
  { type: 'GreenVerified', url: 'http://127.0.0.1/health', status: 200, milliseconds: 3 },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  { type: 'TrafficShifted', step: 0, weight: 100 },
  { type: 'StepPassed', step: 0, weight: 100 },
];

export const oneStep = modelSpec({ steps: [{ weight: 100, bake: '5s' }] });
