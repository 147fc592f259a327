import { beforeEach, describe, expect, test } from '@jest/globals';
import { exampleSpec } from '../specification/example-spec.ts';
import { FakeCli } from './cli-harness.ts';

const holidays = [
  ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20260403', 'END:VEVENT'],
  ...['BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261227', 'END:VEVENT', 'END:VCALENDAR'],
].join('\r\n');

const windows = (entry: string) => `${exampleSpec}\nwindows:\n  - { name: nights, zone: Asia/Taipei, ${entry} }\n`;
const freezes = (entry: string) => `${exampleSpec}\nfreezes:\n  - { name: quiet, zone: Europe/Berlin, ${entry} }\n`;
const sundays = windows('repeat: FREQ=WEEKLY;BYDAY=SU, from: 02:00, to: 04:00');

describe('the calendar of a spec', () => {
  let cli: FakeCli;
  const run = (command: string, text: string) => {
    cli.files.set('rollouts/web.yml', text);
    return cli.run(`${command} rollouts/web.yml`);
  };

  /** This spec judges less than a preset does, which is hinted at besides. */
  async function linted(text: string) {
    const { code, out } = await run('lint', text);
    return { code, out: out.filter((line) => !line.includes(': hint: ')) };
  }

  beforeEach(() => {
    // A Sunday, 18:00 in Taipei.
    cli = new FakeCli();
    cli.files.set(`${process.cwd()}/rollouts/holidays.ics`, holidays);
  });

  test('is told by `plan`: closed now, when it opens, and that the rollout ends in time', async () => {
    const { code, out } = await run('plan --offline', sundays);

    expect(code).toBe(0);
    expect(out).toEqual(
      expect.arrayContaining([
        'The calendar is closed now: no window is open; "nights" opens at 2026-03-07T18:00:00.000Z; a rollout that is asked for waits',
        'A rollout that starts at 2026-03-07T18:00:00.000Z ends its bakes in time',
      ]),
    );
  });

  test.each([
    ['', 'would hold at its weight'],
    ['atWindowEnd: finish\n', 'would go on to its end all the same'],
    ['atWindowEnd: rollBack\n', 'would be rolled back'],
  ])('is told by `plan`: open for too short, and what follows (%j)', async (end, expected) => {
    const { out } = await run('plan --offline', `${windows('repeat: FREQ=DAILY, from: 16:00, to: 19:00')}${end}`);

    expect(out).toEqual(
      expect.arrayContaining([
        'The calendar is open now, until 2026-03-01T11:00:00.000Z',
        `A rollout that starts now does not end its bakes in time and ${expected}; one that starts at 2026-03-02T08:00:00.000Z ends in time`,
      ]),
    );
  });

  test('is told by `plan` to machines', async () => {
    const { out } = await run('plan --offline --json', freezes("repeat: FREQ=WEEKLY;BYDAY=FR, from: '12:00', for: 1d"));

    expect(JSON.parse(out.join('\n'))).toMatchObject({
      calendar: { open: true, closesAt: '2026-03-06T11:00:00.000Z', fits: true, fitsAt: '2026-03-01T10:00:00.000Z' },
    });
    expect(JSON.parse((await run('plan --offline --json', exampleSpec)).out.join('\n'))).toMatchObject({
      calendar: null,
    });
  });

  test.each([
    [
      'a window that is too short',
      windows('repeat: FREQ=DAILY, from: 16:00, to: 17:00'),
      'warning: the bakes take 1h40m, and the longest time that is open within a year is 1h: every rollout would be held in the middle, for up to 12h',
    ],
    [
      'the same, to be held for less',
      windows('repeat: FREQ=DAILY, from: 16:00, to: 17:00').replace('timeouts:', 'timeouts:\n  calendar: 2h'),
      'for up to 2h (timeouts.calendar)',
    ],
    [
      'the same, to be rolled back',
      `${windows('repeat: FREQ=DAILY, for: 1h')}atWindowEnd: rollBack\n`,
      'every rollout would be rolled back, expected more',
    ],
    [
      'a window of another stage',
      windows('repeat: FREQ=DAILY, for: 1h, stages: [production]'),
      'longest time that is open in stage production within a year is 1h',
    ],
    [
      'a window that never opens',
      windows('repeat: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'),
      'no rollout may start within a year',
    ],
    ['windows that are over', windows('dates: [2025-12-24]'), 'no rollout may start within a year'],
    [
      'a hold for longer than an execution can be',
      sundays.replace('timeouts:', 'timeouts:\n  calendar: 2d'),
      'the calendar may hold a rollout for 2d (timeouts.calendar), but an execution has room for 1800 looks',
    ],
    [
      'a file that is not there',
      freezes('calendar: gone.ics'),
      'gone.ics cannot be read (there is no such file), expected an iCalendar file beside the spec',
    ],
    ['a file that is none', freezes('calendar: web.yml'), 'web.yml is no iCalendar file'],
  ])('with %s is found by `lint`', async (_, text, expected) => {
    cli.files.set(`${process.cwd()}/rollouts/web.yml`, exampleSpec);
    const { out } = await linted(text);

    expect(out).toHaveLength(1);
    expect(out[0]).toContain(expected);
  });

  test.each([
    ['every rollout ends in time', sundays],
    ['a rollout may end after its window', `${windows('repeat: FREQ=DAILY, for: 1h')}atWindowEnd: finish\n`],
    ['every other week', windows('repeat: FREQ=WEEKLY;INTERVAL=2;BYDAY=SU, starting: 2026-03-01')],
    ['single days', freezes('dates: [2026-12-24/2026-12-26, 2026-11-27T12:00/2026-11-30T08:00], stages: [production]')],
    [
      'every other Friday afternoon',
      freezes("repeat: FREQ=WEEKLY;INTERVAL=2, starting: 2026-03-06, from: '12:00', to: '18:00'"),
    ],
  ])('is good where %s', async (_, text) => {
    expect(await linted(text)).toMatchObject({ code: 0, out: [] });
  });

  test('is applied with the days of the file that it names', async () => {
    const text = freezes('calendar: holidays.ics');

    expect(await run('apply', text)).toMatchObject({ code: 0 });
    expect((await cli.store.spec('web'))?.spec.freezes).toEqual([
      {
        name: 'quiet',
        zone: 'Europe/Berlin',
        calendar: 'holidays.ics',
        dates: ['2026-04-03', '2026-12-25/2026-12-26'],
      },
    ]);
    expect((await run('apply', text)).out).toEqual([expect.stringContaining('unchanged, version 1')]);
  });

  test('is not applied where its file is wrong', async () => {
    expect(await run('apply', windows('calendar: gone.ics'))).toMatchObject({ code: 1 });
    expect(await cli.store.spec('web')).toBeUndefined();
  });
});
