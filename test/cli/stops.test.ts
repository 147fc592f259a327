import { beforeEach, describe, expect, test } from '@jest/globals';
import { verbs } from '../../lib/cli/verbs.ts';
import { modelSpec } from '../model/model-world.ts';
import { withApprovals } from '../usecases/journey.ts';
import { FakeCli, webSpec } from './cli-harness.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = new FakeCli();
  await cli.store.putSpec(webSpec(), 'a test', '2026-03-01T09:00:00.000Z');
});

describe('sluice freeze', () => {
  test('stops all rollouts until it is ended, with who and why', async () => {
    const { code, out } = await cli.run('freeze --all --reason moved --as Ada');

    expect({ code, out }).toEqual({
      code: 0,
      out: ['All rollouts are stopped by Ada, until: sluice thaw --all --stage production. Rollbacks go on.'],
    });
    expect(await cli.store.stops('web')).toEqual({
      stops: [
        {
          ...{ by: 'Ada', reason: 'moved', at: '2026-03-01T10:00:00.000Z' },
          principal: 'arn:aws:iam::123456789012:user/grace',
        },
      ],
    });
  });

  test.each([
    ['--for 4h', '2026-03-01T14:00:00.000Z'],
    ['--until 2026-03-02T08:00:00+08:00', '2026-03-02T00:00:00.000Z'],
  ])('of a service may end by itself: %s', async (end, until) => {
    expect(await cli.run(`freeze web --reason moved --as Ada ${end}`)).toMatchObject({
      code: 0,
      out: [`Rollouts of web are stopped by Ada, until ${until}. Rollbacks go on.`],
    });
    expect((await cli.store.stops('web')).stops).toMatchObject([{ service: 'web', until }]);
    expect(await cli.store.stops('api')).toEqual({ stops: [] });
  });

  test.each([
    ['neither a service nor --all', 'freeze --reason moved', 'Say what is meant'],
    ['both', 'freeze web --all --reason moved', 'Say what is meant'],
    ['no reason', 'freeze --all', '--reason'],
    ['a service that is not there', 'freeze api --reason moved', 'No spec is applied for service "api"'],
    ['a time without an offset', 'freeze --all --reason moved --until 2026-03-02T08:00:00', 'no time with an offset'],
    ['a time that has passed', 'freeze --all --reason moved --until 2026-03-01T09:00:00Z', 'has passed'],
    ['two ends', 'freeze --all --reason moved --until 2026-03-02T08:00:00Z --for 1h', 'not both'],
  ])('with %s is refused, and stops nothing', async (_, command, said) => {
    const { code, err } = await cli.run(command);

    expect(code).not.toBe(0);
    expect(err.join('\n')).toContain(said);
    expect(await cli.store.stops('web')).toEqual({ stops: [] });
  });
});

describe('a person whose principals the spec lists', () => {
  const session = (name: string) => `arn:aws:sts::123456789012:assumed-role/OnCall/${name}`;
  const ana = { name: 'Ana', roles: ['tech-lead'], principals: [session('ana')] };

  beforeEach(async () => {
    cli = new FakeCli();
    await cli.store.putSpec(
      withApprovals({ people: [ana], required: ['tech-lead'] }),
      'a test',
      '2026-03-01T09:00:00.000Z',
    );
    cli.principal = session('ana');
  });

  test('stops their service by that session, though IAM is not asked about it', async () => {
    expect(await cli.run('freeze web --reason moved --as Ana')).toMatchObject({ code: 0 });
    expect((await cli.store.stops('web')).stops).toMatchObject([{ by: 'Ana', principal: session('ana') }]);
  });

  test('makes a stop shorter only where AWS also says that it is them, as they end one', async () => {
    cli.roles.set('OnCall', { path: '/', trustPolicy: {} });
    const reason = '--reason moved --as Ana';
    await cli.run(`freeze web --for 8h ${reason}`);

    for (const command of [`freeze web --for 1h ${reason}`, `thaw web ${reason}`]) {
      const { code, err } = await cli.run(command);
      expect({ code, err: err.join() }).toEqual({
        code: 1,
        err: expect.stringContaining('choose the names') as unknown,
      });
    }
    expect(await cli.run(`freeze web --for 9h ${reason}`)).toMatchObject({ code: 0 });
    expect(await cli.run(`freeze web ${reason}`)).toMatchObject({ code: 0 });
    expect((await cli.run(`freeze web --for 9h ${reason}`)).code).toBe(1);
    expect((await cli.store.stops('web')).stops).toEqual([expect.not.objectContaining({ until: expect.anything() })]);
  });

  test('begins a new stop once the one before has ended', async () => {
    cli.roles.set('OnCall', { path: '/', trustPolicy: {} });
    await cli.run('freeze web --for 8h --reason moved --as Ana');
    cli.time += 9 * 3_600_000;

    expect(await cli.run('freeze web --for 1h --reason moved --as Ana')).toMatchObject({ code: 0 });
  });

  test('is nobody else', async () => {
    cli.principal = session('mallory');
    const { code, err } = await cli.run('freeze web --reason moved --as Ana');

    expect(code).toBe(1);
    expect(err.join()).toContain(`${session('mallory')} counts for none of them`);
  });
});

describe('without the API', () => {
  test('a freeze is written with the rights of the caller, without a principal; a thaw is refused', async () => {
    cli.isApiAway = true;

    expect(await cli.run('freeze --all --reason moved --as Ada')).toMatchObject({
      code: 0,
      err: [expect.stringContaining('with your own rights')],
    });
    expect((await cli.store.stops('web')).stops).toEqual([
      { by: 'Ada', reason: 'moved', at: '2026-03-01T10:00:00.000Z' },
    ]);
    expect(await cli.run('thaw --all --reason mended')).toMatchObject({ code: 1 });
    expect((await cli.store.stops('web')).stops).toHaveLength(1);
  });
});

describe('a stop of another person, without the API', () => {
  beforeEach(async () => {
    await cli.run('freeze --all --reason moved --as Ada --for 8h');
    cli.isApiAway = true;
  });

  test('is made longer, not shorter', async () => {
    expect(await cli.run('freeze --all --reason moved --as Ben --for 1m')).toMatchObject({
      code: 1,
      err: [
        expect.anything(),
        expect.stringContaining('All rollouts are stopped by Ada until 2026-03-01T18:00:00.000Z'),
      ],
    });
    expect((await cli.store.stops('web')).stops).toMatchObject([{ by: 'Ada', until: '2026-03-01T18:00:00.000Z' }]);
    expect(await cli.run('freeze --all --reason moved --as Ben')).toMatchObject({ code: 0 });
  });

  test('of all keeps nobody from stopping one service', async () => {
    expect(await cli.run('freeze web --reason moved --as Ben --for 1m')).toMatchObject({ code: 0 });
  });

  test('whose record cannot be read is not replaced by one that ends', async () => {
    cli.store.unreadableStop = 'Item STOPS is not what Sluice writes.';

    expect((await cli.run('freeze --all --reason moved --as Ben --for 9h')).code).toBe(1);
    expect(await cli.run('freeze --all --reason moved --as Ben')).toMatchObject({ code: 0 });
  });
});

describe('by the API', () => {
  test('nothing is written beside it', async () => {
    const written = ['putStop', 'endStop', 'endWaiting', 'cancelWaiting'] as const;
    cli.command = (request) => {
      cli.commands.push(request);
      return Promise.resolve({ outcome: 'done', by: 'Ada', at: '2026-03-01T10:00:01.000Z', image: 'one' });
    };
    for (const call of written)
      Object.assign(cli.store, { [call]: () => Promise.reject(new Error('The table was written to.')) });

    expect(await cli.run('freeze web --reason moved --json')).toMatchObject({
      code: 0,
      out: ['{"service":"web","by":"Ada","reason":"moved","at":"2026-03-01T10:00:01.000Z"}'],
    });
    expect(await cli.run('thaw web --reason mended')).toMatchObject({ code: 0 });
    expect(await cli.run('waiting --cancel web')).toMatchObject({ code: 0 });
    expect(cli.commands.map(({ command }) => command)).toEqual(['freeze', 'thaw', 'cancelWaiting']);
  });

  test('a name that AWS contradicts is refused, and nothing is stopped', async () => {
    const { approvals, ...others } = webSpec();
    const ana = { name: 'Ana', roles: ['dev'], principals: ['arn:aws:iam::123456789012:user/ana'] };
    const spec = { ...others, approvals: { ...approvals, people: [ana] } };
    await cli.store.putSpec(spec, 'a test', '2026-03-01T09:00:00.000Z');

    expect(await cli.run('freeze web --reason moved --as Ana')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('lists the principals of Ana')],
    });
    expect(await cli.store.stops('web')).toEqual({ stops: [] });
  });
});

describe('sluice thaw', () => {
  test('ends the stop of its scope alone', async () => {
    await cli.run('freeze --all --reason moved');
    await cli.run('freeze web --reason broken');

    expect(await cli.run('thaw web --reason mended --as Ada')).toMatchObject({
      code: 0,
      out: ['Rollouts of web are no longer stopped, says Ada. What waits starts within 5 minutes.'],
    });
    expect((await cli.store.stops('web')).stops).toMatchObject([{ reason: 'moved' }]);
  });

  test('is the way out where the record of a stop cannot be read', async () => {
    cli.store.unreadableStop = 'Item STOPS is not what Sluice writes.';

    expect(await cli.run('thaw --all --reason mended --json --as Ada')).toMatchObject({ code: 0 });
    expect(await cli.store.stops('web')).toEqual({ stops: [] });
  });

  test('says where nothing is stopped', async () => {
    expect(await cli.run('thaw --all --reason mended')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('All rollouts are not stopped.')],
    });
  });
});

describe('sluice waiting', () => {
  const request = { service: 'web', image: '412-9f8d111', requestedBy: 'Erin' };
  const waiting = { id: 'one', at: '2026-03-01T09:30:00.000Z', request, behind: 'the calendar', supersedes: false };

  test('lists who waits and why, and forgets one by name', async () => {
    expect((await cli.run('waiting')).out).toEqual(['No request waits.']);
    await cli.store.putWaiting({
      ...waiting,
      closed: { kind: 'window', reason: 'no window is open', opensAt: '2026-03-02T00:00:00.000Z' },
    });

    expect((await cli.run('waiting')).out).toEqual([
      'SERVICE  IMAGE        BY    ASKED                     NOT BEFORE                WHY',
      'web      412-9f8d111  Erin  2026-03-01T09:30:00.000Z  2026-03-02T00:00:00.000Z  no window is open',
    ]);
    expect(JSON.parse((await cli.run('waiting --json')).out.join('\n'))).toEqual([
      expect.objectContaining({ service: 'web', closed: expect.objectContaining({ kind: 'window' }) }),
    ]);
    expect((await cli.run('waiting --cancel web')).out).toEqual(['412-9f8d111 of web waits no more.']);
    expect(await cli.run('waiting --cancel web')).toMatchObject({ code: 1 });
  });

  test('lists the others where that of one service cannot be read, says so, and exits with 3', async () => {
    for (const service of ['api', 'web']) await cli.store.putSpec({ ...modelSpec(), service }, 'ada', waiting.at);
    await cli.store.putWaiting(waiting);
    const read = cli.store.waiting.bind(cli.store);
    cli.store.waiting = (service) => (service === 'api' ? Promise.reject(new Error('no such form')) : read(service));

    expect(await cli.run('waiting')).toMatchObject({
      code: 3,
      out: [expect.anything(), expect.stringContaining('412-9f8d111')],
      err: ['Could not read whether a request of api waits: no such form'],
    });
  });

  test('is a verb like the others', () => {
    expect(verbs.map(({ name }) => name)).toEqual(expect.arrayContaining(['freeze', 'thaw', 'waiting']));
  });
});
