import type { BadReport, GoodReport } from './measure.ts';

/** What happened, in numbers, for a person. */
export function summaryLines(
  { good, bad }: { readonly good: GoodReport; readonly bad: BadReport },
  run: { readonly seconds: string; readonly peakMegabytes: number | undefined },
): readonly string[] {
  const memory = run.peakMegabytes === undefined ? '' : `, peak memory ${Math.round(run.peakMegabytes)} MB`;
  return [
    '',
    `Good version: ${good.outcome} in ${good.seconds} s. ${good.requests} requests, ${good.failed} failed.`,
    `Bad version:  ${bad.outcome} in ${bad.seconds} s by gate ${bad.gate || '(none)'}. ${bad.requests} requests, ${bad.failed} failed, ${bad.failedOfGreen} of them green's.`,
    `              First bad response to verdict ${milliseconds(bad.detectionMs)}, verdict to blue at 100 % ${milliseconds(bad.decisionToRestoredMs)}.`,
    `The whole demo took ${run.seconds} s${memory}. Logs are in .sluice/logs.`,
  ];
}

function milliseconds(value: number | null): string {
  return value === null ? 'not seen' : `${Math.round(value)} ms`;
}
