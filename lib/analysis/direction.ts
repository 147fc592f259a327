import type { Gate, SpecGate } from '../specification/gate.ts';
import { metricUnit, type MetricUnit } from '../specification/metric.ts';
import { percent, seconds, significant } from './strength-text.ts';

/**
 * Turns a gate's number so that lower is better, which is how everything is weighed, and back, which is how people wrote it:
 * both ways are the same function.
 */
export function turnOf(gate: SpecGate): (value: number) => number {
  if ('good' in gate) return complement;
  return 'value' in gate && gate.better === 'higher' ? reciprocal : (value) => value;
}

/** A gate with its limits turned, so that lower is better. What is bad of a success keeps the success's name. */
export function turned(gate: SpecGate): Gate {
  const turn = turnOf(gate);
  const limits = { pass: turn(gate.pass), abort: turn(gate.abort) };
  if ('value' in gate && gate.sumOver !== undefined) return { ...gate, ...limits, compare: gate.compare ?? false };
  if (!('good' in gate)) return { ...gate, ...limits };
  const { good, ...rest } = gate;
  return { ...rest, ...limits, bad: good };
}

/** A turned number as it was measured, without binary dust. */
export function measured(gate: SpecGate, turned: number): number {
  return Number(turnOf(gate)(turned).toPrecision(12));
}

/** A success of 95 % is a failure of 5 %, without binary dust. */
function complement(share: number): number {
  return Number((1 - share).toPrecision(12));
}

/** Ratios stay ratios, limits stay limits; nothing at all is as bad as a number can be. */
function reciprocal(value: number): number {
  if (Number.isNaN(value) || value < 0) return Number.NaN;
  if (value >= Number.MAX_SAFE_INTEGER) return 0;
  return value <= 1 / Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : 1 / value;
}

/** What a gate's value and limits are. */
export function unitOfGate(gate: SpecGate): MetricUnit {
  return 'value' in gate ? (gate.unit ?? metricUnit(gate.value.metric) ?? 'count') : 'share';
}

/** A number of that unit as a person reads it. */
export function inUnit(unit: MetricUnit): (value: number) => string {
  if (unit === 'share') return percent;
  return unit === 'seconds' ? seconds : significant;
}
