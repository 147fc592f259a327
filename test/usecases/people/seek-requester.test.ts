import { beforeEach, describe, expect, test } from '@jest/globals';
import { answerApproval } from '../../../lib/usecases/people/answer-approval.ts';
import { awaitApproval } from '../../../lib/usecases/people/await-approval.ts';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { receivePush } from '../../../lib/usecases/opening/receive-push.ts';
import { settleRollouts } from '../../../lib/usecases/watching/settle-rollouts.ts';
import { digestOf } from '../../model/model-world.ts';
import { goodImage, Journey, openInput, passedChecks, people, withApprovals } from '../journey.ts';

const user = 'arn:aws:iam::111122223333:user/ana';
const stranger = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/erin@example.com';
const role = 'arn:aws:sts::111122223333:assumed-role/ci/GitHubActions';
const listed = people.map((person) => (person.name === 'Ana' ? { ...person, principals: [user] } : person));

let journey: Journey;

/** A push that waits for approval, as its event and the machine would have it. */
async function pushed(approvals: Readonly<Record<string, unknown>> = {}): Promise<void> {
  journey = new Journey();
  const { world } = journey;
  world.addImage(goodImage, digestOf('b'));
  await world.store.putSpec(withApprovals({ people: listed, ...approvals }), 'a test', world.now().toISOString());
  const detail = {
    'action-type': 'PUSH' as const,
    result: 'SUCCESS' as const,
    'repository-name': 'shop/web',
    'image-digest': digestOf('b'),
    'image-tag': goodImage,
  };
  const time = world.now().toISOString();
  await receivePush({ id: 'x', time, source: 'aws.ecr', 'detail-type': 'ECR Image Action', detail }, world);
  const opened = await openRollout({ ...openInput(), request: world.started.at(-1)?.input }, world);
  if (opened.outcome !== 'opened') throw new Error(`not opened: ${JSON.stringify(opened)}`);
  journey.rolloutId = opened.rolloutId;
  journey.fence = opened.fence;
  await judgePreChecks({ ...journey.owned, results: passedChecks }, world);
  await awaitApproval({ ...journey.owned, taskToken: 'token' }, world);
}

const state = async () => (await journey.stored()).state;
const approve = async (name: string) => {
  const person = (await state()).spec.approvals.people.find((one) => one.name === name);
  if (person === undefined) throw new Error(`there is no ${name}`);
  return (await answerApproval(journey.rolloutId, person, 'approve', { how: 'link' }, journey.world)).outcome;
};
const sweepAfter = async (minutes: number) => {
  journey.world.time += minutes * 60_000;
  const swept = await settleRollouts(journey.world);
  return swept.find(({ rolloutId }) => rolloutId === journey.rolloutId)?.requester;
};

beforeEach(() => pushed());

describe('who pushed', () => {
  test('is asked for one approval more while it is not known, and people hear why', async () => {
    const [request] = await journey.events('ApprovalRequested');
    expect(request).toMatchObject({
      more: 1,
      moreBecause: expect.stringContaining('not known yet who requested this'),
    });
    for (const name of ['Dan', 'Ben', 'Cleo']) expect(await approve(name)).toBe('done');

    expect((await state()).phase).toBe('awaitingApproval');
    await approve('Ana');
    expect((await state()).phase).toBe('checking');
  });

  test('is found minutes later, and cannot approve', async () => {
    expect(await sweepAfter(5)).toBe('sought');
    journey.world.pushers.set(goodImage, user);

    expect(await sweepAfter(5)).toBe('found');
    expect(await approve('Ana')).toBe('refused');
    for (const name of ['Dan', 'Ben', 'Cleo']) await approve(name);
    expect((await state()).phase).toBe('checking');
  });

  test('loses the approval that was given before', async () => {
    for (const name of ['Ana', 'Ben', 'Cleo']) await approve(name);
    journey.world.pushers.set(goodImage, user);
    await sweepAfter(5);

    const { phase, approval } = await state();
    expect([phase, approval?.given.map(({ name }) => name)]).toEqual(['awaitingApproval', ['Ben', 'Cleo']]);
    await approve('Dan');
    expect((await state()).phase).toBe('checking');
  });

  test('who is no person of the spec makes what was approved enough', async () => {
    for (const name of ['Ana', 'Ben', 'Cleo']) await approve(name);
    journey.world.pushers.set(goodImage, stranger);

    expect(await sweepAfter(5)).toBe('found');
    expect((await state()).phase).toBe('checking');
  });

  test('by a role of several stays unknown, with the reason', async () => {
    journey.world.pushers.set(goodImage, role);

    expect(await sweepAfter(5)).toBe('unknown');
    expect((await state()).requester).toMatchObject({ why: expect.stringContaining(role) });
  });

  test('by a role that is only named like those of IAM Identity Center stays unknown', async () => {
    const session = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/eve@example.com';
    journey.world.pushers.set(goodImage, { principal: session, isLookAlike: true });

    expect(await sweepAfter(5)).toBe('unknown');
    expect((await state()).requester).toMatchObject({ standing: 'unknown', identities: [session] });
  });

  test('is unknown once the time is over, and the record says that it could not be read', async () => {
    journey.world.pushers.set(goodImage, new Error('AccessDeniedException'));

    expect(await sweepAfter(15)).toBe('sought');
    expect(await sweepAfter(6)).toBe('unknown');
    expect(await journey.events('RequesterUnknown')).toMatchObject([
      { why: expect.stringContaining('could not be read: AccessDeniedException') },
    ]);
    for (const name of ['Ana', 'Ben', 'Cleo']) await approve(name);
    expect((await state()).phase).toBe('awaitingApproval');
  });

  test('who stays unknown ends the rollout where the spec refuses that', async () => {
    await pushed({ unknownRequester: 'refuse' });
    for (const name of ['Ana', 'Ben', 'Cleo']) await approve(name);
    expect((await state()).phase).toBe('awaitingApproval');

    expect(await sweepAfter(21)).toBe('unknown');
    expect(await state()).toMatchObject({
      phase: 'rejected',
      reason: expect.stringContaining('unknownRequester: refuse'),
    });
  });

  test('who is found lets a spec that refuses the unknown go on', async () => {
    await pushed({ unknownRequester: 'refuse' });
    for (const name of ['Dan', 'Ben', 'Cleo']) await approve(name);
    journey.world.pushers.set(goodImage, user);
    await sweepAfter(5);

    expect((await state()).phase).toBe('checking');
  });
});
