import type { Gate } from '../specification/gate.ts';
import { factorOfSpread, fewestRollouts, largestFactorOfSpread, type Learned, learnedOf } from './lesson.ts';
import { wholeNumber } from './strength-text.ts';

/** What happens where green breaks a limit that blue breaks as well. */
export type WhenBlueToo = 'hold' | 'roll-back' | 'ignore';
/** What happens where a bake could not be decided until its cap. */
export type AfterHold = 'roll-back' | 'ask';

/** A gate with every default filled in. */
export interface GatePolicy {
  readonly name: string;
  /** Length of the periods that the gate judges. */
  readonly periodSeconds: number;
  /** What clumps, warm-ups and percentiles are judged by; never shorter than a period. */
  readonly minuteSeconds: number;
  /** Shares as 0..1, durations in seconds. */
  readonly pass: number;
  readonly abort: number;
  /** Whether green is compared with blue, not only with the limits. */
  readonly compare: boolean;
  /** How many times as bad as blue green may be. */
  readonly tolerance: number;
  /** Periods at the start of the rollout that are not judged. */
  readonly warmUpPeriods: number;
  /** How many times as bad as blue green may look by its clients alone, at a weight in percent; at least 1. */
  readonly factorAt: (weight: number) => number;
  /** The exponents of earlier healthy rollouts, one for each bet; absent where too few are in the record. */
  readonly exponents?: readonly number[] | undefined;
  /** Why a breach of the comparison alone is a person's to decide; absent where the gate decides it. */
  readonly asksBecause?: string | undefined;
  /** Up to how many times as bad as blue green may look while a person decides, at a weight in percent; absent where it is theirs however bad it looks. */
  readonly asksUpTo?: ((weight: number) => number) | undefined;
  readonly whenBlueToo: WhenBlueToo;
  readonly afterHold: AfterHold;
  /** Judged and shown, never acted on. */
  readonly dryRun: boolean;
  /** Chance of a false alarm that this gate may spend over the whole rollout, on comparison and limit together. */
  readonly alpha: number;
  /** Fewest requests of green in a step that count as evidence. */
  readonly minimumRequests: number;
}

/** What holds for all gates of a rollout. */
export interface AnalysisSettings {
  readonly periodSeconds: number;
  /** For so long one cause may bring errors; a period in rollouts by older specs. */
  readonly clumps?: number | undefined;
  readonly minimumRequests: number;
  /** Chance of a false alarm over the whole rollout, all gates together; default 0.01. */
  readonly alpha?: number | undefined;
  /** How many times as bad as blue green may be where a gate says nothing else; default 1.25. */
  readonly tolerance?: number | undefined;
  /** What earlier healthy rollouts of the service taught; absent where nothing was read. */
  readonly learned?: Learned | undefined;
  /** Whether clients stay on one side, so that the slots differ by their clients. */
  readonly sticky?: boolean | undefined;
}

const defaultAlpha = 0.01;
const defaultTolerance = 1.25;

/** Metrics that are worse while a new version's caches, pools and compilers are cold. */
const coldMetric = /^(?:slow|latency|cpu|memory)/i;
/** Values that mean the same on both slots whatever traffic each of them gets. */
const comparableValue = /^latency/i;
const defaultWarmUpMinutes = 3;

/**
 * Fills in a gate's defaults. Alpha is shared among the gates that can fail the rollout: twice as much for what is judged from
 * the first minute on, such as errors, as for what has a warm-up and regresses by larger factors, such as latencies; nothing
 * for values that have limits alone, where no chance is weighed.
 */
export function policyOf(gate: Gate, gates: readonly Gate[], settings: AnalysisSettings): GatePolicy {
  const shares = gates
    .filter((each) => each.dryRun !== true)
    .reduce((sum, each) => sum + shareOfAlpha(each, settings), 0);
  const share = shareOfAlpha(gate, settings) / Math.max(shares, shareOfAlpha(gate, settings));
  return {
    name: gate.name,
    periodSeconds: settings.periodSeconds,
    minuteSeconds: minuteOf(settings),
    pass: gate.pass,
    abort: gate.abort,
    compare: isCompared(gate),
    tolerance: gate.tolerance ?? settings.tolerance ?? defaultTolerance,
    warmUpPeriods: Math.ceil(learnedWarmUp(gate, settings) / settings.periodSeconds),
    factorAt: (weight) => (settings.sticky === true ? factorOfSpread(settings.learned, gate.name, weight) : 1),
    exponents: learnedOf(settings.learned, gate.name)?.exponents,
    ...asks(gate, settings),
    whenBlueToo: gate.whenBlueToo ?? 'hold',
    afterHold: gate.afterHold ?? 'roll-back',
    dryRun: gate.dryRun ?? false,
    alpha: (settings.alpha ?? defaultAlpha) * share,
    minimumRequests: settings.minimumRequests,
  };
}

function metricOf(gate: Gate): string {
  return 'value' in gate ? gate.value.metric : gate.bad.metric;
}

function isCompared(gate: Gate): boolean {
  return gate.compare ?? (!('value' in gate) || comparableValue.test(gate.value.metric));
}

function shareOfAlpha(gate: Gate, settings: AnalysisSettings): number {
  if ('value' in gate && !isCompared(gate)) return 0;
  return warmUpSecondsOf(gate, settings) === 0 ? 2 : 1;
}

/** Returns how long from green's first traffic at a weight on a gate is not judged, in seconds. */
function warmUpSecondsOf(gate: Gate, settings: AnalysisSettings): number {
  return gate.warmUp ?? (coldMetric.test(metricOf(gate)) ? defaultWarmUpMinutes * minuteOf(settings) : 0);
}

/**
 * Returns the warm-up of a gate in seconds, at most what the spec or the default says: where the healthy rollouts before were cold for a shorter time, that
 * and one minute more, at least one minute. A warm-up that the spec writes stays as it is.
 */
function learnedWarmUp(gate: Gate, settings: AnalysisSettings): number {
  const longest = warmUpSecondsOf(gate, settings);
  const cold = learnedOf(settings.learned, gate.name)?.coldMinutes;
  if (gate.warmUp !== undefined || cold === undefined) return longest;
  return Math.min(longest, (cold + 1) * minuteOf(settings));
}

/** What a person decides on rules that keep clients on one side, as the slots differ by their clients. */
function asks(gate: Gate, { sticky, learned }: AnalysisSettings): Pick<GatePolicy, 'asksBecause' | 'asksUpTo'> {
  if (sticky !== true) return {};
  const rollouts = String(learned?.rollouts ?? 0);
  const differ = 'clients stay on one side, so the slots differ by their clients';
  const spread = learnedOf(learned, gate.name)?.spread;
  if (spread === undefined) {
    const fewer = `fewer than ${String(fewestRollouts)} healthy rollouts say by how much (${rollouts} so far)`;
    return { asksBecause: `${differ}, and ${fewer}` };
  }
  if (spread <= 0) return {};
  return {
    asksBecause: `${differ}, and by what ${rollouts} healthy rollouts showed, one may look so`,
    asksUpTo: (weight) => largestFactorOfSpread(learned, gate.name, weight),
  };
}

/** Returns what clumps, warm-ups and percentiles are judged by, in seconds. */
export function minuteOf({ clumps, periodSeconds }: Pick<AnalysisSettings, 'clumps' | 'periodSeconds'>): number {
  return Math.max(periodSeconds, clumps ?? periodSeconds);
}

/** Returns the policy for the minutes that a gate's shorter periods make. */
export function policyByMinute(policy: GatePolicy): GatePolicy {
  const { periodSeconds, minuteSeconds, warmUpPeriods } = policy;
  const warmUp = Math.ceil((warmUpPeriods * periodSeconds) / minuteSeconds);
  return { ...policy, periodSeconds: minuteSeconds, warmUpPeriods: warmUp };
}

/**
 * What is missing of the requests that a pass takes; `undefined` where nothing is.
 *
 * @param inStep green's requests in the step
 * @param counted those of them that came after the warm-up
 */
export function lackOfRequests(policy: GatePolicy, inStep: number, counted: number): string | undefined {
  if (inStep >= policy.minimumRequests && counted > 0) return undefined;
  if (inStep === 0) return `${policy.name}: green had no requests in this step`;
  if (counted === 0) return `${policy.name}: green is still warming up`;
  return `${policy.name}: green had only ${wholeNumber(inStep)} requests in this step, ${String(policy.minimumRequests)} are needed`;
}

/**
 * Why a gate that compares cannot: below 100 % blue has its share of the traffic, so that no data of it is missing data.
 * `undefined` where it can.
 *
 * @param hasBlue whether blue has data in the step, after the warm-up
 * @param weight green's, in percent
 */
export function lackOfBlue({ name, compare }: GatePolicy, hasBlue: boolean, weight: number): string | undefined {
  if (!compare || hasBlue || weight >= 100) return undefined;
  return `${name}: nothing of blue counted in this step to compare green with`;
}

/**
 * What a gate says where the comparison with blue alone speaks against green.
 * @param isFar whether green looks worse than by its clients alone, too
 */
export function breached(
  { asksBecause }: GatePolicy,
  sure: number,
  reason: string,
  isFar: () => boolean,
): { readonly outcome: 'fail' | 'hold'; readonly sure: number; readonly reason: string; readonly afterHold?: 'ask' } {
  if (asksBecause === undefined || isFar()) return { outcome: 'fail', sure, reason };
  return { outcome: 'hold', sure, reason: `${reason}; but ${asksBecause}`, afterHold: 'ask' };
}

/** The policy with all that clients on one side may do granted to green; `undefined` where a person decides nothing, or decides however bad it looks. */
export function beyondClients(policy: GatePolicy): GatePolicy | undefined {
  return policy.asksUpTo === undefined ? undefined : { ...policy, factorAt: policy.asksUpTo };
}
