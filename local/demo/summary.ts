import type { BadReport, GoodReport, Report } from './measure.ts';

/** What happened, in numbers, for a person. */
export function summaryLines(
  { good, bad, subtle, outage }: Report,
  run: { readonly seconds: string; readonly peakMegabytes: number | undefined },
): readonly string[] {
  const memory = run.peakMegabytes === undefined ? '' : `, peak memory ${Math.round(run.peakMegabytes)} MB`;
  return [
    '',
    `Good version: ${ended(good)}.`,
    ...rolledBack('Bad version: ', bad),
    ...(subtle === undefined ? [] : rolledBack('Subtle:      ', subtle)),
    ...(outage === undefined ? [] : [`Outage:       ${ended(outage)}, by an outage that hit blue and green alike.`]),
    `The whole demo took ${run.seconds} s${memory}. Logs are in .sluice/logs.`,
  ];
}

function ended({ outcome, seconds, requests, failed }: GoodReport): string {
  return `${outcome} in ${seconds} s. ${requests} requests, ${failed} failed`;
}

function rolledBack(name: string, report: BadReport): readonly string[] {
  return [
    `${name} ${ended(report)}, ${report.failedOfGreen} of them green's, by gate ${report.gate || '(none)'}.`,
    `              First bad response to verdict ${milliseconds(report.detectionMs)}. From the verdict on: ${clocksText(report)}.`,
  ];
}

function clocksText({ clocks }: BadReport): string {
  if (clocks === null) return 'not seen';
  const { acceptedMs, propagatedMs, usersMs, drainedMs } = clocks;
  return [
    `blue at 100 % accepted ${milliseconds(acceptedMs)}`,
    `propagated to every node ${milliseconds(propagatedMs)}`,
    `last failed request ${milliseconds(usersMs)}`,
    `green drained ${milliseconds(drainedMs)}`,
  ].join(', ');
}

function milliseconds(value: number | null): string {
  return value === null ? 'not seen' : `${Math.round(value)} ms`;
}
