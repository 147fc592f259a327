import * as z from 'zod';
import { wholeSeconds } from './quantity.ts';

/** How bad an incident is, the worst first. */
export const incidentLevels = ['P0', 'P1', 'P2', 'P3'] as const;
export type IncidentLevel = (typeof incidentLevels)[number];

const flag = z.boolean('expected true or false').optional();
const words = (what: string) =>
  z.string(`expected ${what}`).min(1, `expected ${what}`).max(100, 'expected at most 100 characters');

const contact = z.strictObject(
  {
    name: words('a name').describe('Who it is: a person, a team or a vendor'),
    for: words('what they are asked for').optional().describe('What they are asked for, such as `database`'),
    phone: z
      .string('expected a telephone number in quotes')
      .regex(/^\+?[0-9 ()./-]{3,30}$/, 'expected a telephone number in quotes, such as "+49 30 1234567"')
      .optional()
      .meta({ kind: 'telephone number', bounds: 'in quotes', description: 'Their telephone number' }),
    backup: words('who is asked in their place').optional().describe('Who is asked where they do not answer'),
    vendor: words('a contract or an address').optional().describe('Of a vendor: the contract, or where to open a case'),
  },
  'expected a contact: a map with name',
);
export type Contact = z.output<typeof contact>;

const longest = 30 * 86_400;
const times = (respond: string, resolve: string) =>
  z
    .strictObject(
      {
        respond: wholeSeconds({ min: 60, max: longest })
          .optional()
          .describe(`How long it may take until somebody commands it. Without it: \`${respond}\``),
        resolve: wholeSeconds({ min: 60, max: longest })
          .optional()
          .describe(`How long it may stay open. Without it: \`${resolve}\``),
      },
      'expected a map with respond and resolve',
    )
    .optional();

/** How incidents of a service go. It has no default: every write of a rollout's state would be paid for it. */
export const incident = z.strictObject(
  {
    automatic: flag.describe('Whether an emergency opens one. Without it: `true`, once `incident` is there at all'),
    P0: times('15m', '4h').describe('Times of an incident P0: nobody is served'),
    P1: times('1h', '24h').describe('Times of an incident P1: many users are hit'),
    P2: times('4h', '72h').describe('Times of an incident P2: some users are hit'),
    P3: times('24h', '168h').describe('Times of an incident P3: few users notice'),
    restore: wholeSeconds({ min: 60, max: longest })
      .optional()
      .describe('How long it may take until users are served again; the report measures it. Without it: `1h`'),
    updateEvery: wholeSeconds({ min: 300, max: 86_400 })
      .optional()
      .describe('After how long without a status update people are asked for one. Without it: `30m`'),
    contacts: z.array(contact, 'expected a list of contacts').max(20, 'expected at most 20 contacts').optional().meta({
      bounds: 'up to 20 entries',
      description: 'Who is called, in this order; every message of an incident that nobody takes names them',
    }),
  },
  'expected a map',
);
export type IncidentSpec = z.output<typeof incident>;

/** Seconds that an incident may take, by its level. */
export interface IncidentTargets {
  readonly respondSeconds: number;
  readonly resolveSeconds: number;
}

/** What a spec says of incidents, with what counts where it says nothing. */
export interface IncidentSettings {
  readonly isAutomatic: boolean;
  readonly targets: Readonly<Record<IncidentLevel, IncidentTargets>>;
  readonly restoreSeconds: number;
  readonly updateSeconds: number;
  readonly contacts: readonly Contact[];
}

const hour = 3600;
const usual: Readonly<Record<IncidentLevel, IncidentTargets>> = {
  P0: { respondSeconds: hour / 4, resolveSeconds: 4 * hour },
  P1: { respondSeconds: hour, resolveSeconds: 24 * hour },
  P2: { respondSeconds: 4 * hour, resolveSeconds: 72 * hour },
  P3: { respondSeconds: 24 * hour, resolveSeconds: 168 * hour },
};

/** Returns how incidents of a service go. Without a word of them in the spec only people open one. */
export function incidentSettings({
  incident: own,
}: {
  readonly incident?: IncidentSpec | undefined;
}): IncidentSettings {
  const targets = (level: IncidentLevel) => ({
    respondSeconds: own?.[level]?.respond ?? usual[level].respondSeconds,
    resolveSeconds: own?.[level]?.resolve ?? usual[level].resolveSeconds,
  });
  return {
    isAutomatic: own !== undefined && own.automatic !== false,
    targets: { P0: targets('P0'), P1: targets('P1'), P2: targets('P2'), P3: targets('P3') },
    restoreSeconds: own?.restore ?? hour,
    updateSeconds: own?.updateEvery ?? hour / 2,
    contacts: own?.contacts ?? [],
  };
}

/** Returns a contact on one line, as messages name it. */
export function contactText({ name, for: what, phone, backup, vendor }: Contact): string {
  const details = [what, phone, backup && `in their place ${backup}`, vendor && `vendor ${vendor}`];
  const said = details.filter((part) => part !== undefined && part !== '');
  return said.length === 0 ? name : `${name} (${said.join(', ')})`;
}
