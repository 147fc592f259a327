import { counted } from '../specification/text/counted.ts';
import { fewestRollouts, factorOfSpread, type Learned } from '../analysis/lesson.ts';

/** Returns what the gates learned from earlier healthy rollouts, a sentence each; empty where there are none. */
export function describeLearned(learned: Learned | undefined): readonly string[] {
  if (learned === undefined || learned.rollouts === 0) return [];
  const { rollouts, gates } = learned;
  if (rollouts < fewestRollouts) {
    return [
      `The record has ${counted(rollouts, 'healthy rollout')}; from ${fewestRollouts} on the gates learn from them.`,
    ];
  }
  const ofGates = gates.flatMap(({ gate, coldMinutes, exponents }) => {
    const facts = [
      ...(coldMinutes === undefined ? [] : [`green is cold for ${coldMinutes} min at a new weight`]),
      ...(exponents === undefined ? [] : [`one cause brings about ${counted(clumpOf(exponents), 'bad response')}`]),
    ];
    const spread = Math.round(100 * (factorOfSpread(learned, gate, 50) - 1));
    if (spread > 0) facts.push(`clients make the slots differ by up to ${spread} % at 50 % where rules are sticky`);
    return facts.length === 0 ? [] : [`${gate}: ${facts.join(', ')}.`];
  });
  return [`The gates learned from ${rollouts} healthy rollouts.`, ...ofGates];
}

/** The exponent is about one part of the size of a clump. */
function clumpOf(exponents: readonly number[]): number {
  return Math.max(1, Math.round(1 / Math.max(1e-4, exponents.at(-1) ?? 1)));
}

/** Returns what clients that stay on one side mean for the gates; `undefined` where they may change it with each request. */
export function describeSticky(isSticky: boolean, learned: Learned | undefined): string | undefined {
  if (!isSticky) return undefined;
  const rollouts = learned?.rollouts ?? 0;
  if (rollouts >= fewestRollouts) return undefined;
  return `Clients stay on one side, so the slots differ by their clients: until ${fewestRollouts} healthy rollouts are recorded (${rollouts} so far), a comparison with blue that speaks against green holds and asks; the limits act.`;
}
