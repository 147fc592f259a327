import { inUnit, unitOfGate } from '../../analysis/direction.ts';
import type { Calibration } from '../../calibration/calibrate.ts';
import type { HealthyRehearsals } from '../../calibration/healthy-rehearsals.ts';
import type { LimitBreaks } from '../../calibration/limit-breaks.ts';
import type { Visible } from '../../calibration/visible-regression.ts';
import { formatDuration } from '../../specification/quantity.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { counted } from '../../specification/text/counted.ts';
import { table } from '../rollout-view.ts';
import type { HistoryQuestion } from './read-history.ts';

/** What was asked, and what came of it. */
export interface Calibrated {
  readonly spec: RolloutSpec;
  readonly question: HistoryQuestion;
  readonly calibration: Calibration;
}

/** A calibration as a person reads it, without its proposal. */
export function calibrationLines({ spec, question, calibration }: Calibrated): readonly string[] {
  const { healthy, withProposal, visible, lacks } = calibration;
  return [
    ...headLines(spec, question, calibration),
    '',
    'The service against its own limits, in stretches of ten minutes (of a gate with `sumOver`: as long as that):',
    ...table([
      ['GATE', 'PASS', 'ABORT', 'USUAL', 'WORST', 'BEYOND PASS', 'BEYOND ABORT'],
      ...calibration.limits.map(limitRow),
    ]),
    '',
    ...(lacks === undefined ? [] : [`No rollout could be rehearsed: ${lacks}. Ask for more days with --days.`]),
    ...(healthy === undefined ? [] : healthyLines(healthy, withProposal)),
    ...(visible.length === 0 ? [] : ['', ...visibleLines(spec, calibration)]),
  ];
}

function headLines(spec: RolloutSpec, question: HistoryQuestion, { past, traffic, leftOut }: Calibration): string[] {
  const { from, to, periodSeconds } = question;
  const time = (count: number) => formatDuration(count * periodSeconds);
  const without = leftOut.length === 0 ? '' : `; rollouts go without the step of ${leftOut.join(', ')} %`;
  return [
    `${spec.service}: ${time(past.minutes.length)} of its traffic from ${iso(from)} to ${iso(to)}; left out: ${time(past.shared)} with rollouts, ${time(past.silent)} without requests`,
    `Traffic: ${perMinute(traffic.usual)} requests a minute usually, ${perMinute(traffic.quiet)} in the quietest tenth of the hours${without}`,
  ];
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

function perMinute(perSecond: number): string {
  return String(Number((perSecond * 60).toPrecision(2)));
}

function limitRow({
  gate,
  unit,
  pass,
  abort,
  usual,
  worst,
  stretches,
  beyondPass,
  beyondAbort,
}: LimitBreaks): string[] {
  const said = inUnit(unit);
  const shown = (value: number | undefined) => (value === undefined ? 'no data' : said(value));
  const part = (count: number) => (stretches === 0 ? '?' : `${count} of ${stretches}`);
  return [gate, said(pass), said(abort), shown(usual), shown(worst), part(beyondPass), part(beyondAbort)];
}

/** How rollouts of a version like blue end, now and with what is proposed. */
function healthyLines(now: HealthyRehearsals, then: HealthyRehearsals | undefined): readonly string[] {
  const names = [...new Set([...Object.keys(now.byGate), ...Object.keys(then?.byGate ?? {})])];
  const rowOf = (name: string, of: readonly (HealthyRehearsals | undefined)[]) => [
    name,
    ...of.flatMap((one) =>
      one === undefined ? [] : [String(one.byGate[name]?.rolledBack ?? 0), String(one.byGate[name]?.held ?? 0)],
    ),
  ];
  const all = [now, then].flatMap((one) => (one === undefined ? [] : [String(one.rolledBack), String(one.held)]));
  const head = ['BY', 'ROLLED BACK', 'HELD', ...(then === undefined ? [] : ['... AS PROPOSED', 'HELD'])];
  return [
    `${counted(now.runs, 'rollout')} of a version that is as good as the one that serves, rehearsed on these minutes:`,
    ...table([head, ...names.map((name) => rowOf(name, [now, then])), ['all', ...all]]),
  ];
}

function visibleLines(spec: RolloutSpec, { steps, visible }: Calibration): readonly string[] {
  const names = [...new Set(visible.map(({ gate }) => gate))];
  const rows = steps.map(({ weight, bake }, step) => [
    `${weight} %`,
    formatDuration(bake),
    ...names.map((name) =>
      visibleText(
        spec,
        visible.find((one) => one.gate === name && one.step === step),
      ),
    ),
  ]);
  return [
    'The smallest regression that is rolled back within the step that it begins with, in nine of ten rehearsals:',
    ...table([['GREEN', 'BAKE', ...names], ...rows]),
  ];
}

function visibleText(spec: RolloutSpec, visible: Visible | undefined): string {
  const gate = spec.gates.find(({ name }) => name === visible?.gate);
  if (visible?.ratio === undefined || visible.value === undefined || gate === undefined) return 'none';
  const within = visible.minutes === undefined ? '' : ` in ${String(visible.minutes)} min`;
  return `${String(Number(visible.ratio.toPrecision(2)))}x (${inUnit(unitOfGate(gate))(visible.value)})${within}`;
}

/** The same for machines. */
export function calibrationJson({ spec, question, calibration }: Calibrated): object {
  const { past, lacks, healthy, withProposal, ...rest } = calibration;
  const { minutes, shared, silent } = past;
  return {
    service: spec.service,
    from: iso(question.from),
    to: iso(question.to),
    periodSeconds: question.periodSeconds,
    periods: { own: minutes.length, shared, silent },
    ...rest,
    healthy: healthy ?? null,
    withProposal: withProposal ?? null,
    lacks: lacks ?? null,
    asked: { calls: question.calls, series: question.series, dollars: Number(question.dollars.toFixed(6)) },
  };
}
