/** What the model may be checked without, by the name of its constant. */
export const mechanisms = ['Fenced', 'Outwaits', 'Mends'] as const;

interface Size {
  /** Executions of the rollback machine. */
  readonly attempts: number;
  readonly outages: number;
  readonly deaths: number;
  readonly without?: (typeof mechanisms)[number];
}

/** How much may happen in one behaviour of the model. */
export const sizes = {
  small: { attempts: 2, outages: 1, deaths: 1 },
  whole: { attempts: 3, outages: 2, deaths: 2 },
} as const satisfies Readonly<Record<string, Size>>;

const invariants = ['TypeOK', 'BackForGood', 'OneOwner'];
const properties = ['EndedForGood', 'FinishedForGood', 'UsersBack', 'EveryRolloutEnds'];

/** Returns TLC's configuration for a size of the model. */
export function configOf({ attempts, outages, deaths, without }: Size): string {
  const numbers = Array.from({ length: attempts }, (_, index) => index + 1);
  return [
    'SPECIFICATION Spec',
    'CONSTANTS',
    `  Attempts = {${numbers.join(', ')}}`,
    `  MaxOutages = ${outages}`,
    `  MaxDeaths = ${deaths}`,
    ...mechanisms.map((name) => `  ${name} = ${name === without ? 'FALSE' : 'TRUE'}`),
    `INVARIANTS ${invariants.join(' ')}`,
    `PROPERTIES ${properties.join(' ')}`,
    'CHECK_DEADLOCK FALSE',
    '',
  ].join('\n');
}
