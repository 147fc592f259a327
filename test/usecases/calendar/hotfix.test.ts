import { describe, expect, test } from '@jest/globals';
import { judgeApproval } from '../../../lib/approval/judge-approval.ts';
import { transitionMessage } from '../../../lib/messages/message.ts';
import { overriddenAt } from '../../../lib/rollout/hotfix.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { goodImage, journeyTo, openInput, people } from '../journey.ts';

const hotfix = { service: 'web', image: goodImage, requestedBy: 'Erin', reason: 'users cannot pay', preset: 'hotfix' };
const frozen = { freezes: [{ name: 'launch', zone: 'UTC', dates: ['2026-03-01'] }] };
const approvals = { people, required: ['qa'] };
const stop = { by: 'Ada', reason: 'the database is moved', at: '2026-03-01T09:00:00.000Z' };

async function opening(fields: Readonly<Record<string, unknown>>, request: Readonly<Record<string, unknown>> = hotfix) {
  const journey = await journeyTo('applied', { spec: modelSpec({ approvals, ...fields }) });
  const open = () => openRollout({ ...openInput(), request }, journey.world);
  return { journey, open };
}

describe('a hotfix', () => {
  test('opens in a freeze and under a stop, with fewer and shorter steps and the same gates', async () => {
    const { journey, open } = await opening(frozen);
    await journey.world.store.putStop({}, stop);

    expect(await open()).toMatchObject({ outcome: 'opened' });
    const [summary] = await journey.world.store.list('web', 1);
    const state = (await journey.world.store.load(summary?.rolloutId ?? ''))?.state;
    const usual = modelSpec();
    expect(state).toMatchObject({
      ...{ preset: 'hotfix', why: 'users cannot pay' },
      closedThen: 'all rollouts are stopped by Ada, until a person ends it with sluice thaw: the database is moved',
    });
    expect(state?.spec.steps.map(({ weight }) => weight)).toEqual([10, 100]);
    expect(usual.steps.map(({ weight }) => weight)).toEqual([10, 50, 100]);
    expect(state?.spec.gates).toEqual(usual.gates);
    expect(state?.spec.retention).toEqual(usual.retention);
  });

  test('gets no traffic before a second person has approved it, and then in spite of what was closed', async () => {
    const { journey, open } = await opening(frozen);
    const opened = await open();
    if (opened.outcome !== 'opened') throw new Error(opened.reason);
    Object.assign(journey, { rolloutId: opened.rolloutId, fence: opened.fence });
    await journey.append({ type: 'PreChecksPassed', results: [] });
    let { state } = await journey.stored();

    expect(state.phase).toBe('awaitingApproval');
    expect(overriddenAt(state)).toBeUndefined();
    const [ana, , cleo] = people;
    expect(
      judgeApproval(
        state,
        { ...ana, name: 'Ana', roles: ['tech-lead'] },
        'approve',
        { how: 'link' },
        journey.world.now(),
      ).outcome,
    ).toBe('refused');
    const judged = judgeApproval(
      state,
      { ...cleo, name: 'Cleo', roles: ['qa'] },
      'approve',
      { how: 'link' },
      journey.world.now(),
    );
    await journey.append(...(judged.outcome === 'counts' ? judged.events : []));
    ({ state } = await journey.stored());
    const { requestedAt, grantedAt } = state.approval ?? {};
    expect(overriddenAt(state)).toBe(requestedAt ?? grantedAt);
    const asked = { given: [], requestedAt: '2026-03-01T10:00:00.000Z', grantedAt: '2026-03-01T11:00:00.000Z' };
    // Who approves has read of nothing that began after the message.
    expect(overriddenAt({ ...state, approval: asked })).toBe('2026-03-01T10:00:00.000Z');
  });

  test.each([
    ['an approved one is shifted', {}, 'shifted', 10],
    [
      'one that a person let in alone is held',
      { brokenGlass: { by: 'Ana', at: '2026-03-01T10:00:00.000Z' } },
      'paused',
      0,
    ],
    ['any other rollout is held', { preset: undefined }, 'paused', 0],
  ])('in a freeze %s', async (_, more, outcome, weight) => {
    const journey = await journeyTo('routed', { spec: modelSpec() });
    const stored = await journey.stored();
    const approval = { given: [], grantedAt: '2026-03-01T10:00:00.000Z' };
    const spec = { ...stored.state.spec, ...modelSpec(frozen), steps: stored.state.spec.steps };
    const load = journey.world.store.load.bind(journey.world.store);
    journey.world.store.load = async (id) => {
      const one = await load(id);
      return one && { ...one, state: { ...one.state, spec, approval, preset: 'hotfix', ...more } };
    };

    expect(await shiftTraffic({ ...journey.owned, step: 0 }, journey.world)).toMatchObject({ outcome });
    expect(journey.world.weights()[modelArns.groupB] ?? 0).toBe(weight);
  });

  test('says that it is one, and asks for approval with what is closed', async () => {
    const { journey, open } = await opening(frozen);
    const opened = await open();
    if (opened.outcome !== 'opened') throw new Error(opened.reason);
    Object.assign(journey, { rolloutId: opened.rolloutId, fence: opened.fence });
    await journey.append({ type: 'PreChecksPassed', results: [] });
    await journey.append({
      type: 'ApprovalRequested',
      required: ['qa'],
      asked: ['Cleo'],
      until: '2026-03-02T10:00:00.000Z',
    });
    const { state } = await journey.stored();
    const events = await journey.world.store.events(journey.rolloutId, 0);
    const told = events.map((one) => transitionMessage(one, [], state, journey.world.installation));

    expect(told[0]?.what).toMatch(/^HOTFIX\. web: rollout of 412-9f8d111 opened by Erin/);
    expect(told.at(-1)?.why.join('\n')).toMatch(
      /This is a hotfix: its steps are 10 %, 100 %.* When it opened: .*launch/,
    );
  });
});

describe('a hotfix is refused', () => {
  const whyNot = async (fields: Readonly<Record<string, unknown>>, request?: Readonly<Record<string, unknown>>) => {
    const answer = await (await opening(fields, request)).open();
    return answer.outcome === 'opened' ? 'opened' : answer.reason;
  };

  test('where no second person would have to approve it', async () => {
    expect(await whyNot({ approvals: {} })).toContain(
      'A hotfix takes a second person, and the spec of web asks nobody to approve',
    );
    const unknown = { standing: 'unknown', why: 'several people may be it', identities: ['arn:aws:iam::1:role/ci'] };
    const request = { ...hotfix, requester: unknown };
    expect(await whyNot({ approvals: { ...approvals, unknownRequester: 'allow' } }, request)).toContain(
      'it is not known who requests this one: several people may be it',
    );
    expect(await whyNot({}, request)).toBe('opened');
  });

  test('without a reason, of a push, and as a rollback', async () => {
    const { reason: _, ...silent } = hotfix;
    for (const request of [
      silent,
      { ...hotfix, pushedAt: '2026-03-01T10:00:00.000Z' },
      { ...hotfix, rollback: { to: 'version', reason: 'x' } },
      { ...hotfix, release: 'autumn-1' },
    ]) {
      expect(await whyNot({}, request)).toContain('a person orders it with a reason');
    }
  });

  test('while another rollout runs, instead of waiting as a usual one', async () => {
    const { journey, open } = await opening({ onBusy: 'queue' });
    await openRollout({ ...openInput(goodImage), executionArn: 'arn:aws:other' }, journey.world);
    expect(await open()).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('is busy with rollout'),
    });
    expect(await journey.world.store.waiting('web')).toBeUndefined();
  });
});
