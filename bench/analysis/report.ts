import type { Measured, MeasuredShape } from './measure.ts';

export const ours = 'Sluice';
export const mannWhitneyName = 'Mann-Whitney (Kayenta)';
export const oracleName = 'oracle';
export const experiencedName = 'Sluice, after five rollouts';

/** Returns what one judge did with a shape. */
export function of({ judges }: MeasuredShape, name: string): Measured {
  const found = judges.find(({ judge }) => judge === name);
  if (found === undefined) throw new Error(`No judge is called ${name}.`);
  return found;
}

/** Bad responses that we let through, as a part of those that the Mann-Whitney judge lets through. */
function ratioOf(measured: MeasuredShape): number {
  return of(measured, ours).badResponses / of(measured, mannWhitneyName).badResponses;
}

/** The same of what came after the regression had begun: before it there was nothing to decide. */
function ratioSinceBegin(measured: MeasuredShape): number {
  return of(measured, ours).badSinceBegin / of(measured, mannWhitneyName).badSinceBegin;
}

/** The tables of docs/analysis.md. */
export function tablesOf(measured: readonly MeasuredShape[], wald: (one: MeasuredShape) => number | undefined): string {
  const heldOut = measured.filter(({ shape }) => shape.isHeldOut);
  const tuned = measured.filter(({ shape }) => !shape.isHeldOut);
  const [promised, harder] = [true, false].map((is) => tuned.filter(({ shape }) => shape.isPromised === is));
  return [
    '### Healthy versions: rollouts rolled back (and held), in percent',
    healthyTable(promised ?? []),
    '### Regressions: missed (percent), minutes until the decision, bad responses let through',
    regressionTable(promised ?? [], wald),
    '### Harder than promised',
    'No history of blue at all, bursts so rare that two hours of history often show none, a cold green whose errors triple, errors both clumped and worse.',
    healthyTable(harder ?? []),
    regressionTable(harder ?? [], wald),
    '### Held out',
    'No constant was chosen by what these show.',
    healthyTable(heldOut),
    regressionTable(heldOut, wald),
  ].join('\n\n');
}

function healthyTable(measured: readonly MeasuredShape[]): string {
  const rows = measured.filter(({ shape }) => shape.healthy);
  return markdown(
    ['shape', ...namesOf(rows)],
    rows.map(({ shape, judges }) => [
      shape.name,
      ...judges.map(({ rolledBack, held }) => inPercent(rolledBack) + (held > 0 ? ` (${inPercent(held)})` : '')),
    ]),
  );
}

function regressionTable(measured: readonly MeasuredShape[], wald: (one: MeasuredShape) => number | undefined): string {
  const rows = measured.filter(({ shape }) => !shape.healthy);
  return markdown(
    [
      'shape',
      "Wald's bound",
      ...namesOf(rows),
      'bad responses against Mann-Whitney (from the beginning of the regression)',
    ],
    rows.map((one) => [
      one.shape.name,
      minutes(wald(one)),
      ...one.judges.map(
        ({ rolledBack, minutes: until, badResponses }) =>
          `${inPercent(1 - rolledBack)} / ${minutes(until)} / ${Math.round(badResponses)}`,
      ),
      ratioOf(one).toFixed(3) + (one.shape.beginsAtWeight > 0 ? ` (${ratioSinceBegin(one).toFixed(3)})` : ''),
    ]),
  );
}

function namesOf(measured: readonly MeasuredShape[]): readonly string[] {
  return measured[0]?.judges.map(({ judge }) => judge) ?? [];
}

function minutes(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(1);
}

/** Without the sign, and without digits that are none. */
export function inPercent(share: number): string {
  return String(Number((share * 100).toFixed(1)));
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
