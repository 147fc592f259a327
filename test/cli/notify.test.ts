import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;
const rolloutId = 'web-20260301-100000-abcdef';

beforeEach(async () => {
  cli = new FakeCli();
  await cli.open(rolloutId);
});

const answer = (channel: string, answered: boolean) => ({
  channel,
  type: 'slack',
  answered,
  said: answered ? 'took the message' : 'Slack refused chat.postMessage: invalid_auth',
  milliseconds: 12,
});

describe('sluice notify test', () => {
  test('says which channels answered', async () => {
    cli.answers.set('web', [answer('events', true), answer('chat', true)]);
    const { code, out, err } = await cli.run('notify test web');

    expect([code, err]).toEqual([0, []]);
    expect(out.join('\n')).toMatch(/events .*answered[^]*chat .*answered/);
  });

  test('exits with 1 where one did not, and names it with the reason', async () => {
    cli.answers.set('web', [answer('events', true), answer('chat', false)]);
    const { code, out, err } = await cli.run('notify test web');

    expect(code).toBe(1);
    expect(out.join('\n')).toMatch(/chat .*FAILED.*invalid_auth/);
    expect(err.join('\n')).toContain('No answer from chat.');
  });

  test('prints the answers for machines, with the same exit code', async () => {
    cli.answers.set('web', [answer('chat', false)]);
    const { code, out } = await cli.run('notify test web --json');

    expect([code, JSON.parse(out.join(''))]).toEqual([1, [answer('chat', false)]]);
  });

  test('of a service without a spec is a failure with the next step', async () => {
    expect(await cli.run('notify test nobody')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('sluice apply')],
    });
  });
});

describe('sluice notify take', () => {
  test('records who takes what is open, once', async () => {
    await cli.append(rolloutId, { type: 'RollbackRequested', reason: 'too many errors', by: 'the rollout' });
    const taken = await cli.run(`notify take ${rolloutId} --as ada --note looking`);
    const again = await cli.run('notify take web --as grace');

    expect(taken).toMatchObject({ code: 0, out: [`ada takes RollbackRequested of ${rolloutId}.`] });
    expect(again).toMatchObject({ code: 1, err: [expect.stringContaining('ada took it at 2026-')] });
    expect((await cli.store.events(rolloutId, 0)).at(-1)?.event).toEqual({
      type: 'AlertTaken',
      how: 'command',
      by: 'ada',
      note: 'looking',
      principal: 'arn:aws:iam::123456789012:user/grace',
    });
  });

  test('of a rollout that merely runs is refused', async () => {
    expect(await cli.run('notify take web')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('Nothing of web-20260301-100000-abcdef is open')],
    });
  });
});

describe('sluice notify', () => {
  test('redrive tells how many messages it sent again', async () => {
    expect(await cli.run('notify redrive --json')).toMatchObject({ out: ['{"deliveries":3,"reminders":1}'] });
  });

  test.each(['test', 'take', 'redrive'])('%s has help on stdout', async (verb) => {
    const { code, out, err } = await cli.run(`notify ${verb} --help`);

    expect([code, err]).toEqual([0, []]);
    expect(out.join('\n')).toContain(`Usage: sluice notify ${verb}`);
  });

  test('a verb that it does not have is wrong usage', async () => {
    expect(await cli.run('notify shout')).toMatchObject({ code: 2, out: [] });
  });
});
