import { turned, turnOf, unitOfGate } from '../analysis/direction.ts';
import { bakeNeeded, requestsGathered, requestsNeeded } from '../rollout/quiet-steps.ts';
import type { SpecGate } from '../specification/gate.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { LimitBreaks } from './limit-breaks.ts';

/** A limit that would fit the service better. */
export interface ProposedLimit {
  readonly gate: string;
  readonly pass: number;
  readonly abort: number;
  /** It ends a bad version sooner; otherwise it ends fewer good ones. */
  readonly isNearer: boolean;
  readonly why: string;
}

/** A bake that would fit the service's traffic better, in seconds. */
export interface ProposedBake {
  readonly step: number;
  readonly weight: number;
  readonly bake: number;
  readonly why: string;
}

export interface Proposal {
  readonly limits: readonly ProposedLimit[];
  readonly bakes: readonly ProposedBake[];
}

/** A limit that the service is beyond in more stretches than this says nothing of a new version. */
const mostBeyondPass = 0.01;
/** What limits leave above the stretch that one in a hundred is worse than, and the abort limit above the pass limit. */
const room = 1.25;
const abortOverPass = 3;
/** A limit that is so many times what the service needs lets a bad version fail for longer than it must. */
const farTooLoose = 5;
/** A share of one in a thousand is little enough to pass. */
const leastShare = 0.001;

/**
 * Returns limits and bakes that fit what the service does by itself: limits that it breaks are moved out of its way, limits far from all that it does are
 * moved towards it. A gate without data keeps its limits.
 *
 * @param quietPerSecond requests a second in its quiet hours
 */
export function proposalFor(spec: RolloutSpec, breaks: readonly LimitBreaks[], quietPerSecond: number): Proposal {
  const limits = spec.gates.flatMap((gate) => {
    const own = breaks.find((one) => one.gate === gate.name);
    return own === undefined ? [] : (limitsFor(gate, own) ?? []);
  });
  return { limits, bakes: bakesFor(spec, quietPerSecond) };
}

function limitsFor(gate: SpecGate, own: LimitBreaks): ProposedLimit | undefined {
  const { bad, stretches } = own;
  // A sum over time and a count of hosts have limits of their own kind.
  if (bad === undefined || !isScaled(gate)) return undefined;
  const [turn, { pass, abort }] = [turnOf(gate), turned(gate)];
  const needed = Math.min(
    'value' in gate ? Infinity : 1,
    niceAbove(Math.max('value' in gate ? 0 : leastShare, turn(bad) * room)),
  );
  const proposed = (newPass: number, newAbort: number, why: string): ProposedLimit => ({
    gate: gate.name,
    isNearer: newPass < pass,
    pass: Number(turn(newPass).toPrecision(6)),
    abort: Number(turn(newAbort).toPrecision(6)),
    why,
  });
  if (own.beyondPass > mostBeyondPass * stretches) {
    const why = `the service itself is beyond the pass limit in ${own.beyondPass} of ${stretches} stretches: the limit tells no version from another`;
    return needed > pass ? proposed(needed, Math.max(abort, roomAbove(gate, needed)), why) : undefined;
  }
  if (own.beyondPass > 0 || needed * farTooLoose > pass) return undefined;
  const why = `the service needs no more than a ${String(farTooLoose)}th of its limits: nearer ones end a bad version sooner`;
  return proposed(needed, Math.min(abort, roomAbove(gate, needed)), why);
}

/** Shares and latencies can be multiplied. */
function isScaled(gate: SpecGate): boolean {
  return !('value' in gate) || (gate.sumOver === undefined && unitOfGate(gate) === 'seconds');
}

function roomAbove(gate: SpecGate, pass: number): number {
  const abort = niceAbove(pass * abortOverPass);
  return 'value' in gate ? abort : Math.min(1, abort);
}

/** Two digits at most, of numbers that a person would write. */
const mantissas = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

function niceAbove(value: number): number {
  if (!(value > 0)) return 0;
  const unit = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const mantissa = mantissas.find((one) => one * unit >= value * (1 - 1e-9)) ?? 10;
  return Number((mantissa * unit).toPrecision(6));
}

function bakesFor(spec: RolloutSpec, perSecond: number): readonly ProposedBake[] {
  return spec.steps.flatMap((step, index): readonly ProposedBake[] => {
    const bake = step.leaveOutWhenQuiet === true ? undefined : bakeNeeded(spec, step, perSecond);
    if (bake === undefined || bake <= step.bake) return [];
    const why = `in its quiet hours the service gives green about ${Math.floor(requestsGathered(spec, step, perSecond))} of the ${requestsNeeded(spec)} requests that the step needs in ${formatDuration(step.bake)}`;
    return [{ step: index, weight: step.weight, bake, why }];
  });
}

/** Returns the spec with the limits and bakes of a proposal. */
export function withProposal(spec: RolloutSpec, { limits, bakes }: Proposal): RolloutSpec {
  return {
    ...spec,
    gates: spec.gates.map((gate) => {
      const own = limits.find((one) => one.gate === gate.name);
      return own === undefined ? gate : { ...gate, pass: own.pass, abort: own.abort };
    }),
    steps: spec.steps.map((step, index) => {
      const own = bakes.find((one) => one.step === index);
      return own === undefined ? step : { ...step, bake: own.bake };
    }),
  };
}
