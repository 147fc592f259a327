import { policiesOf } from '../analysis/analyse.ts';
import { turnOf } from '../analysis/direction.ts';
import type { Learned } from '../analysis/lesson.ts';
import { chosenSteps } from '../rollout/quiet-steps.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { type HealthyRehearsals, healthyRehearsals } from './healthy-rehearsals.ts';
import { type LimitBreaks, limitBreaks, valueOf } from './limit-breaks.ts';
import { type OwnPast, ownPast, type RowOfBoth, type Traffic, trafficIn } from './own-minutes.ts';
import { type Proposal, proposalFor, withProposal } from './proposal.ts';
import { periodsOf, type Stage } from './rehearsal.ts';
import { type Subject, type Visible, visibleRegression } from './visible-regression.ts';

export interface CalibrationInput {
  readonly spec: RolloutSpec;
  /** What the healthy rollouts so far taught the gates. */
  readonly learned: Learned | undefined;
  readonly rows: readonly RowOfBoth[];
  /** How many periods were asked for, and how long each is in seconds. */
  readonly periods: number;
  readonly periodSeconds: number;
  /** Rehearsals of a healthy version, and those of each regression that is tried. */
  readonly runs: number;
  readonly runsOfRegression: number;
  /** Decides every draw. */
  readonly seed: number;
  /** Is told what is worked out now. */
  readonly progress?: ((what: string) => void) | undefined;
}

/** What the past of a service says of the spec that would judge its rollouts. */
export interface Calibration {
  readonly past: OwnPast;
  readonly traffic: Traffic;
  /** Steps that a rollout takes at the usual traffic. */
  readonly steps: RolloutSpec['steps'];
  /** Weights that it goes without. */
  readonly leftOut: readonly number[];
  readonly limits: readonly LimitBreaks[];
  /** Why nothing could be rehearsed; absent where it was. */
  readonly lacks?: string;
  readonly healthy?: HealthyRehearsals;
  readonly visible: readonly Visible[];
  readonly proposal: Proposal;
  /** The same rehearsals by the spec with the proposal; absent where nothing is proposed or could be rehearsed. */
  readonly withProposal?: HealthyRehearsals;
}

/**
 * Works out how the gates of a spec would do on the real past of its service: how often it breaks its limits by itself, how rollouts of a version that is
 * like it would end, and the smallest regression that each step shows. Nothing but the seed is drawn by chance.
 */
export function calibrate(input: CalibrationInput): Calibration {
  const { spec, periodSeconds, progress = () => undefined } = input;
  const past = ownPast(input.rows, input.periods);
  const traffic = trafficIn(past.minutes, periodSeconds);
  const limits = spec.gates.map((gate) => limitBreaks(gate, past.minutes, periodSeconds));
  const { steps, leftOut } = chosenSteps(spec, traffic.usual);
  const stage = stageOf(spec, steps, past, input);
  const known = { past, traffic, steps: [...steps], leftOut: leftOut.map(({ weight }) => weight), limits };
  const lacks = lackOf(stage);
  const proposed = proposalFor(spec, limits, traffic.quiet);
  if (lacks !== undefined) return { ...known, lacks, visible: [], proposal: proposed };
  progress(`${String(input.runs)} rollouts of a version like blue`);
  const healthy = healthyRehearsals(stage, input.runs, input.seed);
  const visible = visibleIn(stage, input, progress);
  progress('the proposal');
  const proposal = bearable(input, past, proposed, healthy);
  return {
    ...known,
    visible,
    proposal: proposal.proposal,
    ...(healthy !== undefined && { healthy }),
    ...(proposal.rehearsed !== undefined && { withProposal: proposal.rehearsed }),
  };
}

function stageOf(
  spec: RolloutSpec,
  steps: readonly RolloutSpec['steps'][number][],
  { minutes }: OwnPast,
  { learned, periodSeconds }: CalibrationInput,
): Stage {
  const { gates, minimumRequests, analysis, budget } = spec;
  const { alpha, tolerance, clumps, history } = analysis;
  const settings = { gates, minimumRequests, alpha, tolerance, clumps, budget, periodSeconds, learned };
  return { settings, steps: [...steps], historySeconds: history, minutes };
}

function lackOf(stage: Stage): string | undefined {
  const { periodSeconds } = stage.settings;
  const [needed, there] = [periodsOf(stage).all, stage.minutes.length];
  if (there >= needed) return undefined;
  return `a rollout and the history before it take ${formatDuration(needed * periodSeconds)}, and only ${formatDuration(there * periodSeconds)} with traffic and without a rollout are known`;
}

/** Where blue never had a bad response, regressions are told from this share. */
const leastShare = 1e-4;

/** What is compared with blue can show a regression; its usual value is blue's over all of its past. */
function subjectsOf({ settings, minutes }: Stage): readonly Subject[] {
  const policies = policiesOf(settings);
  return settings.gates.flatMap((gate, index): readonly Subject[] => {
    const [policy, own] = [policies[index], valueOf(gate, minutes)];
    if (policy?.compare !== true || policy.dryRun || own === undefined) return [];
    if (!('value' in gate)) return [{ gate, usual: Math.max(leastShare, turnOf(gate)(own)) }];
    return own > 0 ? [{ gate, usual: own }] : [];
  });
}

function visibleIn(stage: Stage, input: CalibrationInput, progress: (what: string) => void): readonly Visible[] {
  const { spec, runsOfRegression, seed } = input;
  const subjects = subjectsOf(stage);
  return stage.steps.flatMap(({ weight }, step) => {
    progress(`regressions that begin at ${String(weight)} %`);
    return subjects.flatMap(
      (subject) => visibleRegression(stage, subject, step, spec.lag, runsOfRegression, seed) ?? [],
    );
  });
}

/** Nearer limits stay out where they would end more rollouts of a version that is like blue. */
function bearable(
  input: CalibrationInput,
  past: OwnPast,
  proposal: Proposal,
  before: HealthyRehearsals | undefined,
): { readonly proposal: Proposal; readonly rehearsed?: HealthyRehearsals | undefined } {
  const { spec, runs, seed } = input;
  if (proposal.limits.length + proposal.bakes.length === 0) return { proposal };
  const rehearsed = rehearsedBy(withProposal(spec, proposal), input, past, runs, seed);
  const ended = (one: HealthyRehearsals | undefined) =>
    one === undefined ? 0 : (one.rolledBack + one.held) / one.runs;
  if (ended(rehearsed) <= ended(before)) return { proposal, rehearsed };
  const looser = proposal.limits.filter(({ isNearer }) => !isNearer);
  if (looser.length === proposal.limits.length) return { proposal, rehearsed };
  return bearable(input, past, { ...proposal, limits: looser }, before);
}

function rehearsedBy(
  spec: RolloutSpec,
  input: CalibrationInput,
  past: OwnPast,
  runs: number,
  seed: number,
): HealthyRehearsals | undefined {
  const { steps } = chosenSteps(spec, trafficIn(past.minutes, input.periodSeconds).usual);
  return healthyRehearsals(stageOf(spec, steps, past, input), runs, seed);
}
