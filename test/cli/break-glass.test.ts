import { beforeEach, describe, expect, test } from '@jest/globals';
import { severityOf } from '../../lib/rollout/transition.ts';
import { withApprovals } from '../usecases/journey.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;
const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
const newest = async () => (await cli.store.events('web-1', 0)).at(-1)?.event;
const state = async () => (await cli.store.load('web-1'))?.state;
const until = '2026-03-01T12:00:00.000Z';

/** A rollout that waits for approval, by a spec with these approvals. */
async function waiting(approvals: Readonly<Record<string, unknown>>): Promise<void> {
  cli = new FakeCli();
  await cli.open('web-1', { spec: withApprovals(approvals), requestedBy: 'grace@laptop' });
  await cli.append(
    'web-1',
    { type: 'PreChecksPassed', results: [] },
    { type: 'ApprovalRequested', required: ['qa'], asked: ['Cleo'], until },
  );
}

const alone = ['approve', 'web', '--break-glass', '--reason', 'users cannot pay'];

describe('approve --break-glass', () => {
  beforeEach(() => waiting({ breakGlass: true, identity: 'verified' }));

  test('lets a rollout in by one person with a reason, who may have requested it, and pages', async () => {
    const { code, out } = await cli.run(alone);
    const event = await newest();

    expect({ code, out }).toEqual({ code: 0, out: [expect.stringContaining('sluice review web-1')] });
    expect(event).toEqual({
      type: 'BreakGlassUsed',
      by: 'grace@laptop',
      how: 'command',
      reason: 'users cannot pay',
      principal: user('grace'),
    });
    expect(event && severityOf(event.type)).toBe('critical');
    expect(await state()).toMatchObject({ phase: 'checking', approval: { grantedAt: expect.any(String) } });
    // Nothing else asks for approval any more; this stays open until it is reviewed.
    expect((await state())?.matters?.map(({ type }) => type)).toEqual(['RolloutOpened', 'BreakGlassUsed']);
  });

  test('needs the word of IAM from a session that the spec lists for somebody', async () => {
    const session = 'arn:aws:sts::123456789012:assumed-role/OnCall/ana';
    const ana = { name: 'Ana', roles: ['qa'], principals: [session] };
    await waiting({ breakGlass: true, people: [ana], required: ['qa'] });
    cli.principal = session;
    cli.roles.get = () => {
      throw new Error('IAM is away');
    };
    const { code, err } = await cli.run([...alone, '--as', 'Ana']);

    expect({ code, err: err.join() }).toEqual({ code: 1, err: expect.stringContaining('IAM is away') as unknown });
    expect(await state()).toMatchObject({ phase: 'awaitingApproval' });
  });

  test('works without the API, and the record says so', async () => {
    cli.isApiAway = true;
    const { code, err } = await cli.run(alone);

    expect({ code, err }).toEqual({ code: 0, err: [expect.stringContaining('with your own rights')] });
    expect(await newest()).toMatchObject({ type: 'BreakGlassUsed', direct: true, by: 'grace@laptop' });
  });

  test('needs a reason', async () => {
    expect(await cli.run(['approve', 'web', '--break-glass'])).toMatchObject({ code: 1 });
    expect(await cli.run(['approve', 'web', '--break-glass', '--reason', ' '])).toMatchObject({
      code: expect.any(Number),
    });
    expect(await state()).toMatchObject({ phase: 'awaitingApproval' });
  });

  test('cannot be done in the name of a person whose principals the spec lists', async () => {
    await waiting({
      breakGlass: true,
      people: [
        {
          name: 'Ana',
          roles: ['tech-lead', 'qa', 'product-manager'],
          mail: 'ana@example.com',
          principals: [user('ana')],
        },
      ],
      required: ['qa'],
    });

    expect(await cli.run([...alone, '--as', 'Ana'])).toMatchObject({ code: 1 });
    expect(await state()).toMatchObject({ phase: 'awaitingApproval' });
  });

  test.each([{}, { breakGlass: false }])('is refused where the spec does not allow it: %j', async (approvals) => {
    await waiting(approvals);
    const api = await cli.run(alone);
    cli.isApiAway = true;
    const direct = await cli.run(alone);

    for (const { code, err } of [api, direct])
      expect({ code, err: err.join('') }).toEqual({ code: 1, err: expect.stringContaining('approvals.breakGlass') });
    expect(await state()).toMatchObject({ phase: 'awaitingApproval' });
  });

  test('is refused where nothing waits, and once the time to approve has ended', async () => {
    cli.time = Date.parse(until);
    expect((await cli.run(alone)).err.join('')).toContain('The time to approve ended');
    cli.time -= 1000;
    await cli.run(alone);

    expect((await cli.run(alone)).err.join('')).toContain('waits for no approval');
  });
});

describe('review', () => {
  const review = ['review', 'web', '--reason', 'the fix was right'];
  beforeEach(async () => {
    await waiting({ breakGlass: true });
    await cli.run(alone);
  });

  test('by another person ends what waits for it, also after the end of the rollout', async () => {
    await cli.append('web-1', { type: 'RolloutRejected', reason: 'a check failed', results: [] });
    expect((await state())?.matters).toMatchObject([{ type: 'BreakGlassUsed' }]);
    cli.principal = user('ben');

    expect(await cli.run([...review, '--as', 'Ben'])).toMatchObject({ code: 0, out: ['web-1: reviewed by Ben.'] });
    expect(await newest()).toMatchObject({ type: 'BreakGlassReviewed', by: 'Ben', principal: user('ben') });
    expect((await state())?.matters?.filter(({ type }) => type === 'BreakGlassUsed')).toEqual([]);
  });

  test.each([
    ['the same person', user('grace'), []],
    ['the same principal under another name', user('grace'), ['--as', 'Ben']],
    ['the same name with another principal', user('ben'), ['--as', 'grace@laptop']],
    ['the same user with a session', 'arn:aws:sts::123456789012:assumed-role/Ops/grace', ['--as', 'Ben']],
    ['the same name in other letters', user('ben'), ['--as', 'Grace@Laptop']],
  ])('by %s is refused', async (_, principal, as) => {
    cli.principal = principal;

    expect(await cli.run([...review, ...as])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('another person has to review')],
    });
    expect(await newest()).toMatchObject({ type: 'BreakGlassUsed' });
  });

  test('by a session that several people may be is refused where the other one was one, too', async () => {
    const session = (name: string) => `arn:aws:sts::123456789012:assumed-role/Deploy/${name}`;
    cli.roles.set('Deploy', { path: '/', trustPolicy: {} });
    await waiting({ breakGlass: true });
    cli.principal = session('one');
    await cli.run(alone);
    cli.principal = session('two');

    expect(await cli.run([...review, '--as', 'Ben'])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('may be several people')],
    });
    cli.principal = user('ben');
    expect(await cli.run([...review, '--as', 'Ben'])).toMatchObject({ code: 0 });
  });

  test('by a session that several people may be is refused where a role is only named like those of Identity Center', async () => {
    const session = (role: string, name: string) => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`;
    const center = 'AWSReservedSSO_Ops_0123456789abcdef';
    cli.roles.set('Deploy', { path: '/', trustPolicy: {} });
    cli.roles.set(center, { path: '/', trustPolicy: {} });
    await waiting({ breakGlass: true });
    cli.principal = session(center, 'eve');
    await cli.run(alone);
    cli.principal = session('Deploy', 'two');

    expect(await cli.run([...review, '--as', 'Ben'])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('may be several people')],
    });
  });

  test('is there once, and only where one person let it in alone', async () => {
    cli.principal = user('ben');
    await cli.run([...review, '--as', 'Ben']);
    expect((await cli.run([...review, '--as', 'Cleo'])).err.join('')).toContain('Ben has reviewed web-1 already');
    await waiting({ breakGlass: true });
    expect((await cli.run(review)).err.join('')).toContain('there is nothing to review');
  });
});
