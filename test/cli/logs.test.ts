import { beforeEach, describe, expect, test } from '@jest/globals';
import type { LogLine, LogPlace, TaskLogs, WantedLines } from '../../lib/drivers/task-logs.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { readLines } from '../../lib/cli/logs/read-lines.ts';
import type { Sources } from '../../lib/cli/logs/sides-to-read.ts';
import { FakeCli } from './cli-harness.ts';

/** Log groups in memory: lines of tasks, by group. */
class FakeLogs implements TaskLogs {
  readonly groups = new Map<string, LogLine[]>();
  readonly tasks = new Map<string, string[]>();
  places: readonly LogPlace[] = [{ container: 'app', group: '/ecs/web', prefix: 'web' }];
  elsewhere: readonly string[] = [];
  isWhole = true;
  cutAt: number | undefined;
  refused = '';

  write(task: string, at: string, text: string, group = '/ecs/web'): void {
    const lines = this.groups.get(group) ?? [];
    this.groups.set(group, [...lines, { id: `${group} ${lines.length}`, at: Date.parse(at), task, text }]);
  }

  placesOf() {
    return Promise.resolve({ places: this.places, elsewhere: this.elsewhere });
  }

  tasksOf(_: unknown, taskDefinition: string) {
    return Promise.resolve({ tasks: this.tasks.get(taskDefinition) ?? [], cutAt: this.cutAt });
  }

  async linesOf({ group }: LogPlace, { tasks, since, most, known }: WantedLines) {
    if (this.refused !== '') throw new Error(this.refused);
    const wanted = await tasks;
    const all = (this.groups.get(group) ?? []).filter(
      ({ id, at, task }) => at >= since && wanted.has(task) && known?.has(id) !== true,
    );
    return { lines: all.slice(-most), leftOut: all.slice(0, -most), isWhole: this.isWhole };
  }
}

let cli: FakeCli;
let logs: FakeLogs;

const deployed: RolloutEvent = { type: 'GreenDeployed', taskDefinition: 'web:2', deploymentId: 'd', count: 2 };

beforeEach(async () => {
  cli = new FakeCli();
  logs = new FakeLogs();
  Object.assign(cli, { logs });
  logs.tasks.set('web:1', ['b1b1b1b1b1b1']);
  logs.tasks.set('web:2', ['f00dcafe0001']);
  await cli.open('web-1');
  await cli.append('web-1', { type: 'PreChecksPassed', results: [] }, deployed);
});

describe('sluice logs', () => {
  test('shows the lines of both sides in order of time, with side, task and container', async () => {
    logs.write('f00dcafe0001', '2026-03-01T09:59:58.000Z', 'listening on 8080\n');
    logs.write('b1b1b1b1b1b1', '2026-03-01T09:59:57.000Z', 'GET / 200');

    expect(await cli.run('logs web')).toEqual({
      code: 0,
      out: [
        '2026-03-01 09:59:57 +00:00 blue  b1b1b1b1 app  GET / 200',
        '2026-03-01 09:59:58 +00:00 green f00dcafe app  listening on 8080',
      ],
      err: [],
    });
  });

  test('shows one side alone, and what is not too old', async () => {
    logs.write('f00dcafe0001', '2026-03-01T09:40:00.000Z', 'old');
    logs.write('f00dcafe0001', '2026-03-01T09:59:00.000Z', 'new');
    logs.write('b1b1b1b1b1b1', '2026-03-01T09:59:00.000Z', 'of blue');

    expect((await cli.run('logs web-1 --side green')).out).toEqual([expect.stringMatching(/green .* new$/)]);
    expect((await cli.run('logs web-1 --side green --since 30m')).out).toHaveLength(2);
  });

  test('steers no terminal by what a container wrote, and cuts what is too long', async () => {
    logs.write('f00dcafe0001', '2026-03-01T09:59:00.000Z', '\u001B[2J\u202Eevil\r\u0007');
    logs.write('f00dcafe0001', '2026-03-01T09:59:01.000Z', 'x'.repeat(9000));
    const { out } = await cli.run('logs web');

    expect(out[0]).toMatch(/\\u\{001b\}\[2J\\u\{202e\}evil\\u\{000d\}\\u\{0007\}$/);
    expect(out[1]?.length).toBeLessThan(4100);
    for (const line of [...out, ...(await cli.run('logs web --json')).out]) expect(line).toMatch(/^[\x20-\x7E…]*$/);
  });

  test('prints each line as JSON', async () => {
    logs.write('f00dcafe0001', '2026-03-01T09:59:58.000Z', '{"level":"info"}');

    expect((await cli.run('logs web --json')).out.map((line): unknown => JSON.parse(line))).toEqual([
      {
        at: '2026-03-01T09:59:58.000Z',
        side: 'green',
        task: 'f00dcafe0001',
        container: 'app',
        text: '{"level":"info"}',
      },
    ]);
  });

  test('keeps the newest lines where there are too many, and says how many are left out', async () => {
    for (let second = 10; second < 60; second += 1) {
      logs.write('f00dcafe0001', `2026-03-01T09:59:${second}.000Z`, `line ${second}`);
    }
    const { out, err } = await cli.run('logs web --lines 5');

    expect([out.length, out.at(-1)]).toEqual([5, expect.stringMatching(/line 59$/)]);
    expect(err).toEqual([expect.stringContaining('45 earlier lines are left out')]);
    expect((await cli.run('logs web --lines 10001')).code).toBe(2);
  });

  test('says what it could not read, and where other containers log', async () => {
    logs.elsewhere = ['container envoy logs by awsfirelens, not by awslogs'];
    logs.refused = 'User is not authorized to perform: logs:FilterLogEvents';
    const { code, err } = await cli.run('logs web --side green');

    expect(code).toBe(0);
    expect(err).toEqual(
      expect.arrayContaining([
        'green: container envoy logs by awsfirelens, not by awslogs. Look where that sends its lines.',
        expect.stringMatching(/Log group \/ecs\/web could not be read: .*logs:FilterLogEvents/),
      ]),
    );
  });

  test('says that a span was not read to its end', async () => {
    logs.isWhole = false;

    expect((await cli.run('logs web')).err).toContainEqual(expect.stringContaining('the newest are not shown'));
  });

  test('says that there are no tasks: yet, or any more, and where their lines are kept', async () => {
    logs.tasks.set('web:2', []);
    expect((await cli.run('logs web --side green')).err).toEqual([
      expect.stringMatching(/ECS lists no task of green \(web:2\) any more.*All lines are kept in \/ecs\/web\./),
      expect.stringContaining('No lines since'),
    ]);

    logs.cutAt = 4000;
    expect((await cli.run('logs web --side green')).err).toEqual([
      expect.stringMatching(
        /^ECS service web-b has more tasks than the 4000 .*: 0 of them are of green \(web:2\).* \/ecs\/web\.$/,
      ),
      expect.stringContaining('No lines since'),
    ]);

    await cli.open('api-1', { service: 'api', blueTaskDefinition: 'api:1' });
    expect((await cli.run('logs api-1 --side green')).err).toEqual([
      'green has no tasks yet: the rollout is checking.',
    ]);
  });
});

describe('sluice logs --follow', () => {
  test('shows each line once as it comes, those of new tasks too, until the rollout has ended', async () => {
    logs.write('f00dcafe0001', '2026-03-01T09:59:58.000Z', 'before');
    cli.after(3, () => {
      logs.write('f00dcafe0001', '2026-03-01T10:00:03.000Z', 'later');
      return Promise.resolve();
    });
    cli.after(4, () => {
      logs.tasks.set('web:2', ['f00dcafe0001', 'f00dcafe0002']);
      logs.write('f00dcafe0002', '2026-03-01T10:00:04.000Z', 'of a new task');
      return Promise.resolve();
    });
    cli.after(21, () =>
      cli.append('web-1', { type: 'RollbackRequested', reason: 'x', by: 'ada' }, { type: 'TrafficRestored', rules: 1 }),
    );
    cli.after(22, () => cli.append('web-1', { type: 'RolledBack', reason: 'x' }));
    const { code, out, err } = await cli.run('logs web --follow --side green');

    expect(code).toBe(0);
    expect(out.map((line) => line.split('  ').at(-1))).toEqual(['before', 'later', 'of a new task']);
    expect(err).toEqual(['Followed to here: the rollout has ended.']);
  });

  test('says what is left out once, of lines that it has not shown, and shows none of it later', async () => {
    const write = (second: number, from: number, to: number) => {
      for (let line = from; line <= to; line += 1) {
        logs.write('f00dcafe0001', `2026-03-01T10:00:${String(second).padStart(2, '0')}.000Z`, `line ${line}`);
      }
    };
    logs.write('f00dcafe0001', '2026-03-01T09:59:59.000Z', 'line 0');
    write(0, 1, 10);
    // Each look has few new lines, and the window of lateness many more than --lines.
    for (let look = 1; look <= 5; look += 1) {
      cli.after(2 * look, () => {
        write(2 * look, 10 * look + 1, 10 * look + 10);
        return Promise.resolve();
      });
    }
    for (const second of [12, 16]) {
      cli.after(second, () => {
        write(second, 100 * second, 100 * second + 12);
        return Promise.resolve();
      });
    }
    const { out, err } = await cli.run('logs web --follow --timeout 20s --side green --lines 10');

    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
    expect(out.map((line) => Number(line.split(' ').at(-1)))).toEqual([
      ...numbers(1, 60),
      ...numbers(1203, 1212),
      ...numbers(1603, 1612),
    ]);
    const overrun = '3 new lines are left out: 13 came at once. Show more with --lines, or one side with --side.';
    expect(err).toEqual([
      expect.stringMatching(/^1 earlier line is left out/),
      overrun,
      overrun,
      expect.stringContaining('the time is up'),
    ]);
  });

  test('ends when its time is up, and says how to go on', async () => {
    const { err } = await cli.run('logs web --follow --timeout 30s');

    expect(err).toEqual([
      'Followed to here: the time is up. Go on with: sluice logs web-1 --follow --stage production',
    ]);
    expect(cli.time).toBeLessThan(Date.parse('2026-03-01T10:01:00.000Z'));
  });

  test('goes on where a look fails, and says so once', async () => {
    logs.refused = 'Rate exceeded';
    cli.after(5, () => {
      logs.refused = '';
      logs.write('f00dcafe0001', '2026-03-01T10:00:05.000Z', 'after the outage');
      return Promise.resolve();
    });
    const { out, err } = await cli.run('logs web --follow --timeout 20s');

    expect(out).toEqual([expect.stringContaining('after the outage')]);
    expect(err.filter((line) => line.includes('Rate exceeded'))).toHaveLength(1);
  });
});

test('tasks that cannot be found out before their lines are asked for end with the error, and not the process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const found = Promise.reject<Sources['found'] extends Promise<infer Found> ? Found : never>(
      new Error('ECS is away'),
    );
    // A place whose streams are still being listed asks for no tasks yet.
    logs.linesOf = () => new Promise(() => undefined);
    const reading = readLines({ places: logs.places, found }, { since: 0, most: 10 }, logs);

    await expect(reading).rejects.toThrow('ECS is away');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});
