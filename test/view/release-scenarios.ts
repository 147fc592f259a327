import type { ReleaseEvent } from '../../lib/releases/release-events.ts';
import { digestOf, modelSpec } from '../model/model-world.ts';
import { analysed, bakingScenario, hostileText, Scenario, scenarioId } from './scenarios.ts';

export const releaseId = 'checkout-20260301-095900-abcdef';
const people = [{ name: 'Ana', mail: 'ana@example.test', roles: ['tech-lead'] }];

const gate = { gate: 'error-rate', unit: 'share', pass: 0.01, abort: 0.05, requests: 1204 } as const;
const failing = { ...gate, outcome: 'fail', green: 0.09, blue: 0.003, sure: 0.9999, reason: '9 % failed.' } as const;

/** Appends events to the release at so many seconds after 10:00. */
export async function releaseAt(scenario: Scenario, seconds: number, ...events: readonly ReleaseEvent[]) {
  const stored = await scenario.releases.load(releaseId);
  if (stored === undefined) throw new Error('No release is open.');
  const at = new Date(Date.parse('2026-03-01T10:00:00.000Z') + seconds * 1000).toISOString();
  await scenario.releases.append(stored, events, at);
}

/** `auth` serves its new version, `web` is at 25 % of it, `report` needs auth and waits for web. */
export async function releaseScenario(reason = 'the new checkout'): Promise<Scenario> {
  const scenario = new Scenario();
  for (const service of ['auth', 'report', 'web']) {
    const approvals = service === 'report' ? undefined : { required: ['tech-lead'], people };
    await scenario.store.putSpec(
      modelSpec({ service, ...(approvals && { approvals }) }),
      'ada',
      '2026-03-01T09:00:00.000Z',
    );
  }
  const member = (service: string, tag: string) => ({
    service,
    tag,
    digest: digestOf('b'),
    after: [],
    needs: {},
    unchanged: false,
  });
  await scenario.releases.open(
    {
      ...{ type: 'ReleaseOpened', releaseId, release: 'checkout', onFailure: 'rollBackAll', reason },
      ...{ requestedBy: 'Ana', traceId: 'trace', executionArn: 'arn:release' },
      members: [
        member('auth', '412-9f8d111'),
        member('web', '413-b4dc0de'),
        { ...member('report', '88-1111111'), after: ['web'], needs: { auth: '>= 412' } },
      ],
    },
    '2026-03-01T09:59:00.000Z',
  );
  await releaseAt(scenario, -50, { type: 'MemberBegun', service: 'auth', execution: 'auth-1' });
  await releaseAt(scenario, -10, { type: 'MemberServes', service: 'auth', rolloutId: 'auth-20260301-095910-abcdef' });
  await releaseAt(scenario, -1, { type: 'MemberBegun', service: 'web', execution: 'web-1' });
  return bakingScenario(undefined, scenario, { release: releaseId });
}

/** A gate of `web` fails, and all go back. */
export async function turnedRelease(): Promise<Scenario> {
  const scenario = await releaseScenario();
  await scenario.at(600, analysed(1, [failing], { verdict: 'fail', reason: 'error-rate: 9 % failed.' }));
  await releaseAt(
    scenario,
    605,
    { type: 'MemberReturns', service: 'web', how: 'itself', rolloutId: scenarioId },
    { type: 'ReleaseTurned', direction: 'rollBackAll', by: 'the release', reason: 'web: error-rate', service: 'web' },
  );
  return scenario;
}

/** It ended, and `auth` still serves the new version. */
export async function incompleteRelease(): Promise<Scenario> {
  const scenario = await turnedRelease();
  await releaseAt(
    scenario,
    700,
    { type: 'MemberBack', service: 'web' },
    { type: 'MemberSkipped', service: 'report', reason: 'web failed' },
    { type: 'MemberStuck', service: 'auth', reason: 'its former version is gone' },
    { type: 'ReleaseEnded', outcome: 'incomplete' },
  );
  return scenario;
}

/** Text that users control, in every place that has some. */
export async function hostileRelease(): Promise<Scenario> {
  const scenario = await releaseScenario(hostileText);
  await releaseAt(scenario, 600, { type: 'MemberHeld', service: 'report', reason: hostileText });
  await releaseAt(scenario, 610, { type: 'ReleaseTurned', direction: 'stop', by: hostileText, reason: hostileText });
  return scenario;
}
