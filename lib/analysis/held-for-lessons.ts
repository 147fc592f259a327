import { type AnalysisInput, policiesOf } from './analyse.ts';
import type { Analysis, GateJudgement } from './judgement.ts';

/** An evaluation of a rollout, as it was recorded or as it was made. */
export interface Looked extends Pick<Analysis, 'verdict' | 'reason'> {
  readonly gates: readonly (Pick<GateJudgement, 'gate' | 'outcome' | 'reason'> & {
    readonly dryRun?: boolean | undefined;
  })[];
}

/**
 * Returns whether an evaluation held only because too few healthy rollouts had taught how much the slots differ by their clients: every gate that held
 * would have failed the rollout otherwise.
 * @param settings what the evaluation was judged by
 */
export function isHeldForLessons(
  { verdict, reason, gates }: Looked,
  settings: Omit<AnalysisInput, 'step' | 'periods'>,
): boolean {
  const why = new Map(policiesOf(settings).map(({ name, asksBecause }) => [name, asksBecause]));
  const holding = gates.filter(({ outcome, dryRun }) => outcome === 'hold' && dryRun !== true);
  const isFor = (text: string, because: string | undefined) => because !== undefined && text.includes(because);
  // An alarm, or others, may have held it instead of a gate.
  return (
    verdict === 'hold' &&
    holding.some((one) => reason === one.reason) &&
    holding.every((one) => isFor(one.reason, why.get(one.gate)))
  );
}
