import { describe, expect, test } from '@jest/globals';
import { isRequester } from '../../../lib/approval/requester.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { receiveRequest } from '../../../lib/usecases/opening/receive-request.ts';
import { digestOf } from '../../model/model-world.ts';
import { goodImage, Journey, openInput, people, withApprovals } from '../journey.ts';

const known = people.map((person) => (person.name === 'Ben' ? { ...person, github: 'ben-example' } : person));

/** Who of the spec counts as the requester of what an event asks for. */
async function requesters(asked: Readonly<Record<string, unknown>>) {
  const { world } = new Journey();
  world.addImage(goodImage, digestOf('b'));
  await world.store.putSpec(withApprovals({ people: known }), 'a test', world.now().toISOString());
  const detail = { version: 1, service: 'web', image: goodImage, ...asked };
  const event = { 'detail-type': 'sluice.rollout.requested' as const, source: 'ci.example', id: 'i', detail };
  const received = await receiveRequest(event, world);
  if (received.outcome !== 'started') return received.reason;
  const opened = await openRollout({ ...openInput(), request: world.started.at(-1)?.input }, world);
  if (opened.outcome !== 'opened') throw new Error(JSON.stringify(opened));
  const state = (await world.store.load(opened.rolloutId))?.state;
  if (state === undefined) throw new Error('it was not kept');
  const names = state.spec.approvals.people.filter((person) => isRequester(person, state)).map(({ name }) => name);
  return { names, standing: state.requester?.standing };
}

describe('the event of CI', () => {
  test.each<[string, Readonly<Record<string, unknown>>, unknown]>([
    ['by mail', { commit: { author: { mail: 'ANA@example.com' } } }, { names: ['Ana'], standing: 'named' }],
    ['by GitHub login', { commit: { author: { github: 'Ben-Example' } } }, { names: ['Ben'], standing: 'named' }],
    [
      'besides the one who asks',
      { requestedBy: 'Cleo', commit: { sha: '9f8d111', author: { name: 'Ana' } } },
      { names: ['Ana', 'Cleo'], standing: 'named' },
    ],
    ['not at all', {}, { names: [], standing: 'unknown' }],
  ])('names the author of the commit %s', async (_, asked, expected) => {
    expect(await requesters(asked)).toEqual(expected);
  });

  test.each([
    { author: { github: 'x', login: 'y' } },
    { author: 'Ana' },
    { sha: '9f8d111' },
    { author: { name: 'a\n' } },
  ])('refuses another shape: %j', async (commit) => {
    expect(await requesters({ commit })).toMatch(/not of the documented shape/);
  });
});
