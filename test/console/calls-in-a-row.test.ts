import { expect, test } from '@jest/globals';
import { getConsole, keptReads } from '../../lib/console/console-exchange.ts';
import { CountedAws } from '../cli/aws-calls.ts';
import { openedEvent, toFinishing } from '../contract/opened-event.ts';
import { modelSpec } from '../model/model-world.ts';
import { incidentOfWeb } from '../view/incident-scenarios.ts';
import { releaseId } from '../view/release-scenarios.ts';
import { bakingScenario } from '../view/scenarios.ts';
import { ConsoleDesk, requestOf } from './console-desk.ts';

const rolloutId = 'web-20260301-100000-abcdef';
const at = '2026-03-01T10:00:00.000Z';

/** The pages on the product's own adapters, with a rollout under way, and what they call. */
async function pagesOnAws() {
  const aws = new CountedAws();
  const { store } = aws;
  for (const service of ['web', 'api', 'shop']) await store.putSpec(modelSpec({ service }), 'ada', at);
  const { incidents, emergencies, troubles, releases } = aws;
  await releases.open(
    {
      ...{ type: 'ReleaseOpened', releaseId, release: 'checkout', onFailure: 'stop', requestedBy: 'ana' },
      ...{ traceId: 'trace', executionArn: 'arn:release' },
      members: ['web', 'api'].map((service) => ({ service, digest: 'b', after: [], needs: {}, unchanged: false })),
    },
    at,
  );
  const opened = await releases.load(releaseId);
  if (opened === undefined) throw new Error('No release is open.');
  await releases.append(opened, [{ type: 'MemberBegun', service: 'web', execution: 'web-1' }], at);
  await store.open(rolloutId, openedEvent({ release: releaseId }), at);
  for (const event of [...toFinishing.slice(0, 5), { type: 'TrafficShifted', step: 0, weight: 10 } as const]) {
    const stored = await store.load(rolloutId);
    if (stored === undefined) throw new Error('Nothing is open.');
    await store.append(stored, [event], at);
  }
  const desk = new ConsoleDesk(await bakingScenario());
  const cookie = await desk.cookie();
  let now = 0;
  const clock = () => now;
  const kept = keptReads(clock);
  const identityMac = {
    verify: async (message: Uint8Array, mac: Uint8Array) => await aws.call(() => desk.identityMac.verify(message, mac)),
  };
  await incidents.putIncident('web', incidentOfWeb({ toldIn: rolloutId }), undefined);
  const world = {
    ...desk.world(),
    store,
    incidents,
    emergencies,
    troubles,
    releases,
    sides: aws.seen,
    identityMac,
    kept,
  };
  const show = (place: string) => getConsole({ ...requestOf(place), headers: { cookie } }, world);
  aws.begin();
  return { aws, show, wait: (milliseconds: number) => (now += milliseconds) };
}

test.each(['', `?release=${releaseId}`, 'services/web', 'services/web?show=incident', `rollouts/${rolloutId}`])(
  'the page "%s" makes at most three calls of AWS in a row',
  async (place) => {
    const { aws, show } = await pagesOnAws();
    expect((await show(place)).status).toBe(200);

    expect(aws.calls).toBeGreaterThan(2);
    expect(aws.inRow).toBeLessThanOrEqual(3);
  },
);

test('a rollout that many look at in the same second is read once, and anew after it', async () => {
  const { aws, show, wait } = await pagesOnAws();
  await show(`rollouts/${rolloutId}`);
  const first = aws.calls;
  for (let visits = 0; visits < 10; visits += 1) await show(`rollouts/${rolloutId}`);
  // Each visitor's session is checked.
  expect(aws.calls).toBe(first + 10);

  wait(1000);
  await show(`rollouts/${rolloutId}`);
  expect(aws.calls).toBe(first + 10 + first);
});
