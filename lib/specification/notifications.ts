import * as z from 'zod';
import { channel } from './notification-channel.ts';
import { quote } from './text/plain-text.ts';
import { wholeSeconds } from './quantity.ts';

const severity = z.enum(['info', 'warning', 'critical'], 'expected info, warning or critical');
const severities = z.array(severity, 'expected a list of severities').min(1, 'expected at least one severity');

const names = (what: string) =>
  z
    .array(
      z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, `expected the name of ${what}`),
      `expected a list of ${what}s`,
    )
    .max(20, `expected at most 20 ${what}s`);

/** What a row of the table holds for; a condition that is not written holds always. */
const conditions = {
  severity: severities.optional().meta({
    kind: 'list of `info`, `warning`, `critical`',
    description: 'For messages of these severities. Without it: of all',
  }),
  events: names('event')
    .optional()
    .meta({ bounds: 'up to 20 entries', description: 'For these types of [events](events.md). Without it: for all' }),
  stages: names('stage')
    .optional()
    .meta({ bounds: 'up to 20 entries', description: 'In these deployed stages of Sluice. Without it: in all' }),
};

const route = z.strictObject(
  {
    ...conditions,
    to: names('channel').meta({ bounds: 'up to 20 entries', description: 'Channels that hear it, all of them' }),
    repeat: wholeSeconds({ min: 60, max: 86_400 })
      .optional()
      .describe('How often what stays open is announced again. Without it: never'),
    fallback: names('channel').optional().meta({
      bounds: 'up to 20 entries',
      description: 'Who hears a critical message that no channel of `to` took, one after the other. Without it: no one',
    }),
  },
  'expected a row of the table: a map with `to`, and conditions',
);

const mute = z.strictObject(
  {
    ...conditions,
    channels: names('channel')
      .optional()
      .meta({ bounds: 'up to 20 entries', description: 'Channels that stay silent. Without it: all' }),
    until: z.iso
      .datetime({ offset: true, error: 'expected a time such as 2026-03-01T10:00:00Z' })
      .optional()
      .meta({ kind: 'time', bounds: 'ISO 8601 with an offset', description: 'Until when. Without it: for good' }),
  },
  'expected a map with what is muted',
);

const day = z.enum(
  ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  'expected a day of the week in lower case, such as sunday',
);
const clock = z
  .string('expected a time of day in quotes, such as "02:00"')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as "02:00"')
  .meta({ kind: 'time of day', bounds: "`'00:00'` to `'23:59'`, in quotes" });

const quietWindow = z.strictObject(
  {
    days: z
      .array(day, 'expected a list of days')
      .min(1, 'expected at least one day')
      .optional()
      .describe('Days of the week on which it begins, such as `sunday`. Without it: every day'),
    from: clock.describe('When it begins'),
    to: clock.describe('When it ends; a time before `from` is on the next day'),
    offset: z
      .string('expected an offset from UTC in quotes, such as "+08:00"')
      .regex(/^[+-](0\d|1[0-4]):(00|30|45)$/, 'expected an offset from UTC such as "+08:00"')
      .optional()
      .meta({
        bounds: "`'-14:45'` to `'+14:45'`, in quotes",
        description: 'Offset of these times from UTC. Without it: UTC',
      }),
    silences: severities.optional().meta({
      kind: 'list of `info`, `warning`, `critical`',
      description: 'What is not told meanwhile. Without it: `info` and `warning`',
    }),
  },
  'expected a window of quiet hours: a map with from and to',
);

const quietWindows = z.array(quietWindow, 'expected a list').max(50, 'expected at most 50 windows');

/** Who hears what about the rollouts of one service. */
export const notifications = z
  .strictObject(
    {
      channels: z
        .array(channel, 'expected a list of channels')
        .max(20, 'expected at most 20 channels')
        .default([])
        .meta({ bounds: 'up to 20 entries', description: 'Places where people, or machines, hear of rollouts' }),
      routes: z.array(route, 'expected a list of rows').max(50, 'expected at most 50 rows').optional().meta({
        bounds: 'up to 50 entries',
        description:
          'The table: the first row that holds counts. Without it: [the defaults](notifications.md#who-hears-what)',
      }),
      mute: z.array(mute, 'expected a list').max(50, 'expected at most 50 entries').default([]).meta({
        bounds: 'up to 50 entries',
        description: 'What is not told; critical messages only where an entry names their severity',
      }),
      quietHours: quietWindows.optional().meta({
        bounds: 'up to 50 entries',
        description: 'Windows in which messages are not sent. Without it: none',
      }),
      statusUpdates: names('channel').optional().meta({
        bounds: 'up to 20 entries',
        description:
          'Channels that hear of [status updates of incidents](incident.md#status-updates) besides those of the table, as stakeholders, the team of customers and a status page. Without it: none',
      }),
      maintenance: quietWindows.default([]).meta({
        bounds: 'up to 50 entries',
        description: 'The former name of `quietHours`; its windows count as well',
      }),
      announce: wholeSeconds({ min: 300, max: 2_592_000 })
        .optional()
        .describe(
          'How long ahead [planned work](notifications.md#planned-work) is announced: a rollout that waits for a window, or for the end of a freeze or a stop. Without it: never',
        ),
      customers: names('channel').optional().meta({
        bounds: 'up to 20 entries',
        description:
          'Channels of other teams: they hear of planned work, in words for them, and of nothing else unless a row names them. Needs `announce`',
      }),
    },
    'expected a map with channels',
  )
  .superRefine((settings, context) => {
    const known = new Set(settings.channels.map(({ name }) => name));
    const refuse = (path: PropertyKey[], message: string) => {
      context.addIssue({ code: 'custom', path, message });
    };
    settings.channels.forEach(({ name }, index) => {
      if (settings.channels.findIndex((other) => other.name === name) === index) return;
      refuse(
        ['channels', index, 'name'],
        `two channels are called ${quote(name)}, expected a name of its own for each`,
      );
    });
    const checkNames = (path: readonly PropertyKey[], list: readonly string[] | undefined) => {
      list?.forEach((name, index) => {
        if (known.has(name)) return;
        refuse([...path, index], `there is no channel ${quote(name)}, expected ${expectedNames([...known])}`);
      });
    };
    settings.routes?.forEach(({ to, fallback }, index) => {
      checkNames(['routes', index, 'to'], to);
      checkNames(['routes', index, 'fallback'], fallback);
    });
    settings.mute.forEach(({ channels }, index) => {
      checkNames(['mute', index, 'channels'], channels);
    });
    checkNames(['customers'], settings.customers);
    settings.customers?.forEach((name, index) => {
      const pages = settings.channels.some((one) => one.name === name && one.type === 'pagerduty');
      if (pages) refuse(['customers', index], `${quote(name)} pages people, expected a chat, mail or webhook`);
    });
    if (settings.customers !== undefined && settings.announce === undefined)
      refuse(['customers'], 'customers hear of planned work alone, expected announce beside it, such as announce: 24h');
    checkNames(['statusUpdates'], settings.statusUpdates);
    for (const key of ['quietHours', 'maintenance'] as const) {
      settings[key]?.forEach(({ from, to }, index) => {
        if (from === to) refuse([key, index, 'to'], 'the window ends when it begins, expected another time');
      });
    }
  });

function expectedNames(known: readonly string[]): string {
  return known.length === 0 ? 'a name from `channels`, which is empty' : `one of ${known.join(', ')}`;
}

export type NotificationSettings = z.output<typeof notifications>;
export type Route = z.output<typeof route>;
export type QuietWindow = z.output<typeof quietWindow>;

/** Returns all windows of quiet hours, those under the former name of the key among them. */
export function quietHoursOf({ quietHours, maintenance }: NotificationSettings): readonly QuietWindow[] {
  return [...(quietHours ?? []), ...maintenance];
}
