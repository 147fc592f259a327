import { significant } from '../analysis/strength-text.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { DeliveryFigures } from './delivery.ts';

const columns = [
  'service',
  'month',
  'deployments',
  'deploymentsPerWeek',
  'changes',
  'failedChanges',
  'changeFailureRate',
  'stoppedBeforeUsers',
  'rejected',
  'leadTimeSeconds',
  'restoreSeconds',
  'notRestored',
  'approvalSeconds',
] as const satisfies readonly (keyof DeliveryFigures)[];

/** Returns the figures as CSV (RFC 4180 without its line ends); a figure that is not known is an empty field. */
export function deliveryCsv(figures: readonly DeliveryFigures[]): readonly string[] {
  return [columns.join(','), ...figures.map((one) => columns.map((name) => field(one[name])).join(','))];
}

/** Returns the figures as a table for people, its heading first. */
export function deliveryRows(figures: readonly DeliveryFigures[]): readonly (readonly string[])[] {
  return [
    ['MONTH', 'SERVICE', 'DEPLOYED', 'A WEEK', 'FAILED', 'LEAD TIME', 'TO RESTORE', 'APPROVAL'],
    ...figures.map((one) => [
      ...[one.month, one.service, String(one.deployments), significant(one.deploymentsPerWeek)],
      failedText(one),
      ...[one.leadTimeSeconds, one.restoreSeconds, one.approvalSeconds].map(durationText),
    ]),
  ];
}

function failedText({ failedChanges, changes, changeFailureRate }: DeliveryFigures): string {
  if (changeFailureRate === undefined) return '–';
  return `${failedChanges} of ${changes} (${significant(changeFailureRate * 100)} %)`;
}

function durationText(seconds: number | undefined): string {
  return seconds === undefined ? '–' : formatDuration(Math.round(seconds));
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
