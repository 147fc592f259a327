import { turned, turnOf, unitOfGate } from '../analysis/direction.ts';
import { isCount } from '../analysis/share-series.ts';
import type { MetricUnit } from '../specification/metric.ts';
import type { SpecGate } from '../specification/gate.ts';
import { type OwnMinute, quantileOf } from './own-minutes.ts';

/** How a service keeps to the limits of one gate by itself, in stretches of some minutes. */
export interface LimitBreaks {
  readonly gate: string;
  readonly unit: MetricUnit;
  readonly pass: number;
  readonly abort: number;
  /** Stretches with data. */
  readonly stretches: number;
  readonly beyondPass: number;
  readonly beyondAbort: number;
  /** Value of the stretch in the middle, of the one that one in a hundred is worse than, and of the worst; absent without data. */
  readonly usual?: number;
  readonly bad?: number;
  readonly worst?: number;
}

/** One error of ten requests is no 10 %: over so long requests are counted together. */
export const stretchSeconds = 600;
/** One stretch in a hundred is worse. */
const badPart = 0.99;

/**
 * Returns how often the service itself is beyond the limits of a gate. Counts of a stretch are added up; of a value its median counts, or its sum
 * where the gate limits sums.
 */
export function limitBreaks(gate: SpecGate, minutes: readonly OwnMinute[], periodSeconds: number): LimitBreaks {
  const [turn, { pass, abort }] = [turnOf(gate), turned(gate)];
  const length = 'value' in gate && gate.sumOver !== undefined ? gate.sumOver : stretchSeconds;
  const values = stretchesOf(minutes, Math.max(length, periodSeconds)).flatMap(
    (stretch) => valueOf(gate, stretch) ?? [],
  );
  const worse = values.map((value) => turn(value));
  const shown = (part: number): number | undefined => {
    const at = quantileOf(worse, part);
    return at === undefined ? undefined : Number(turn(at).toPrecision(6));
  };
  const [usual, bad, worst] = [shown(0.5), shown(badPart), shown(1)];
  return {
    gate: gate.name,
    unit: unitOfGate(gate),
    pass: gate.pass,
    abort: gate.abort,
    stretches: values.length,
    beyondPass: worse.filter((value) => value > pass).length,
    beyondAbort: worse.filter((value) => value > abort).length,
    ...(usual !== undefined && { usual }),
    ...(bad !== undefined && { bad }),
    ...(worst !== undefined && { worst }),
  };
}

function stretchesOf(minutes: readonly OwnMinute[], seconds: number): readonly (readonly OwnMinute[])[] {
  const stretches = new Map<number, OwnMinute[]>();
  for (const minute of minutes) {
    const which = Math.floor(minute.at / seconds);
    const known = stretches.get(which);
    if (known === undefined) stretches.set(which, [minute]);
    else known.push(minute);
  }
  return [...stretches.values()];
}

/** What a gate reads of some minutes together, as it was measured; `undefined` where they have nothing of it. */
export function valueOf(gate: SpecGate, minutes: readonly OwnMinute[]): number | undefined {
  if ('value' in gate) {
    const values = minutes.flatMap(({ point }) => point[gate.value.metric] ?? []).filter(isCount);
    if (gate.sumOver === undefined || values.length === 0) return quantileOf(values, 0.5);
    return values.reduce((sum, value) => sum + value, 0);
  }
  const partMetric = 'good' in gate ? gate.good.metric : gate.bad.metric;
  let [part, total] = [0, 0];
  for (const { point } of minutes) {
    const [one, all] = [point[partMetric], point[gate.total.metric]];
    if (!isCount(one) || !isCount(all) || one > all) continue;
    part += one;
    total += all;
  }
  return total === 0 ? undefined : part / total;
}
