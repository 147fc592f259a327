import { describe, expect, test } from '@jest/globals';
import { journeyTo, people, withApprovals } from '../usecases/journey.ts';
import { LinkDesk, nonceIn, wordsIn } from './link-desk.ts';
import { abort, approve, asked, baking, reject, stateOf } from './link-journeys.ts';

describe('a decision', () => {
  test('is taken once; the page then says who decided what and when', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');

    expect(await desk.post(token, { ...approve, comment: 'fine' })).toMatchObject({
      status: 303,
      headers: { location: token },
    });
    expect((await stateOf(journey)).approval?.given).toMatchObject([{ name: 'Ana', how: 'link' }]);
    const words = wordsIn((await desk.get(token)).body);
    expect(words).toContain('You have decided');
    expect(words).toContain('Approved by Ana (by personal link) at 2026-03-01 10:00:00 UTC: fine');
    expect(words).not.toContain('Your decision');
  });

  test('is refused the second time, whatever it says by then', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const nonce = nonceIn((await desk.get(token)).body) ?? '';
    await desk.post(token, approve);
    const before = (await journey.stored()).sequence;

    for (const fields of [approve, reject]) {
      const { status, body } = await desk.post(token, { nonce, ...fields });
      expect(status).toBe(409);
      expect(wordsIn(body)).toContain('Nothing was done. This has been decided already');
    }
    expect((await journey.stored()).sequence).toBe(before);
  });

  test('of two at once by one link, one counts', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const answers = await Promise.all([desk.post(token, approve), desk.post(token, reject), desk.post(token, approve)]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
    expect((await stateOf(journey)).decisions).toHaveLength(1);
  });

  test('of all three roles lets the rollout go on to its pre-checks once more', async () => {
    const { journey, desk } = await asked();
    for (const name of ['Ana', 'Ben', 'Cleo']) {
      expect((await desk.post(await desk.issue(name), approve)).status).toBe(303);
    }
    expect((await stateOf(journey)).phase).toBe('checking');
  });

  test('to reject needs a comment, and ends the rollout with it', async () => {
    const { journey, desk } = await asked();
    const [ana, ben] = [await desk.issue('Ana'), await desk.issue('Ben')];
    for (const comment of ['', '   ']) {
      const { status, body } = await desk.post(ana, { action: 'reject', comment });
      expect(status).toBe(409);
      expect(wordsIn(body)).toContain('Rejecting needs a comment');
    }

    expect((await desk.post(ana, reject)).status).toBe(303);
    expect(await stateOf(journey)).toMatchObject({ phase: 'rejected', reason: 'not before the holidays' });
    expect(wordsIn((await desk.get(ben)).body)).toContain('Rejected by Ana (by personal link)');
    expect((await desk.post(ben, approve)).status).toBe(409);
  });

  test('of who asked cannot be an approval, but may be a rejection', async () => {
    const journey = await journeyTo('checked', {
      spec: withApprovals({
        people: people.map((person) => (person.name === 'Ana' ? { ...person, alias: ['erin'] } : person)),
      }),
    });
    const desk = new LinkDesk(journey);
    const token = await desk.issue('Ana');
    expect(wordsIn((await desk.get(token)).body)).toContain('Approve: not possible');

    expect((await desk.post(token, approve)).status).toBe(409);
    expect((await desk.post(token, reject)).status).toBe(303);
  });

  test('has a comment as long as its page says, where each new line counts once', async () => {
    const { journey, desk } = await asked();
    const ana = await desk.issue('Ana');
    // As browsers send it, twice as long as what was written.
    const sent = (lines: number) => ({ ...reject, comment: `no${'\r\n'.repeat(lines)}.` });

    expect((await desk.post(ana, sent(598))).status).toBe(400);
    expect((await desk.post(ana, sent(597))).status).toBe(303);
    expect((await stateOf(journey)).decisions?.[0]).toMatchObject({ reason: `no${'\n'.repeat(597)}.` });
  });

  test('of one person fills one role', async () => {
    const { journey, desk } = await asked();
    expect((await desk.post(await desk.issue('Dan'), approve)).status).toBe(303);
    expect((await desk.post(await desk.issue('Ana'), approve)).status).toBe(303);
    // Ana is tech lead, so Dan stands for QA: Cleo has nothing left to fill.
    expect((await desk.post(await desk.issue('Cleo'), approve)).status).toBe(409);
    expect((await desk.post(await desk.issue('Ben'), approve)).status).toBe(303);
    expect((await stateOf(journey)).phase).toBe('checking');
  });

  test('to skip the rest of a bake, to pause it and to resume are each one of a kind', async () => {
    const { journey, desk } = await baking();
    const [ana, ben] = [await desk.issue('Ana'), await desk.issue('Ben')];
    expect((await desk.post(ana, { action: 'pause' })).status).toBe(303);
    expect(wordsIn((await desk.get(ben)).body)).toContain('Paused by Ana (by personal link)');
    expect((await desk.post(ben, { action: 'promote' })).status).toBe(409);

    expect((await desk.post(await desk.issue('Ben'), { action: 'resume' })).status).toBe(303);
    expect((await desk.post(await desk.issue('Ana'), { action: 'promote' })).status).toBe(303);
    expect((await stateOf(journey)).promotion).toEqual({ step: 0, full: false, by: 'Ana' });
  });

  test('to roll back starts the rollback machine at once, with who and why', async () => {
    const { journey, desk } = await baking();
    expect((await desk.post(await desk.issue('Ben'), { action: 'abort' })).status).toBe(409);
    expect((await desk.post(await desk.issue('Ben'), abort)).status).toBe(303);

    expect(journey.world.startedRollbacks).toMatchObject([{ input: { by: 'Ben', reason: 'customers complain' } }]);
    expect((await stateOf(journey)).decisions).toMatchObject([{ answer: 'aborted', by: 'Ben', how: 'link' }]);
  });

  test('at a hold is asked of everybody and taken once', async () => {
    const { journey, desk } = await baking();
    const until = new Date(journey.world.time + 3600_000).toISOString();
    await journey.append({ type: 'DecisionRequested', step: 0, reason: 'too few', asked: ['Ana', 'Ben'], until });
    const [ana, ben] = [await desk.issue('Ana'), await desk.issue('Ben')];
    expect(wordsIn((await desk.get(ana)).body)).toContain('cannot be judged: go on or roll back?');

    expect((await desk.post(ana, { action: 'promote' })).status).toBe(303);
    expect((await desk.post(ben, abort)).status).toBe(409);
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('that a link is not for is refused', async () => {
    const { desk } = await asked();
    const token = await desk.issue('Ana');
    for (const action of ['promote', 'abort', 'pause', 'resume', 'promoteFully']) {
      expect((await desk.post(token, { action, comment: 'x' })).status).toBe(409);
    }
    expect((await desk.post(token, { action: 'deploy' })).status).toBe(400);
  });
});

describe('where the spec wants people to sign in', () => {
  test('a link alone lets nothing in, and stops what goes wrong all the same', async () => {
    const { journey, desk } = await asked(withApprovals({ identity: 'verified' }));
    const token = await desk.issue('Ana');
    expect((await desk.post(token, approve)).status).toBe(409);
    expect((await stateOf(journey)).approval?.given).toEqual([]);
    expect((await desk.post(token, reject)).status).toBe(303);

    const running = await baking(withApprovals({ required: [], identity: 'verified' }));
    for (const action of ['promote', 'promoteFully']) {
      expect((await running.desk.post(await running.desk.issue('Ana'), { action })).status).toBe(409);
    }
    expect((await running.desk.post(await running.desk.issue('Ana'), abort)).status).toBe(303);
  });
});
