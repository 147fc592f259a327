import { rarity } from '../analysis/strength-text.ts';

/** From the strongest on: what evidence, as one minus its reciprocal, means for a person who has to decide. */
const words: readonly (readonly [atLeast: number, said: string])[] = [
  [0.99, 'strong evidence that green is worse'],
  [0.9, 'evidence that green is worse'],
  [0.5, 'weak evidence that green is worse'],
];

/**
 * Returns how strong the evidence is that green is worse, and how rare it would be with a good version, unless the gate's reason
 * says that already. Says so where nothing was compared.
 */
export function confidence(sure: number | undefined, reason: string): string {
  if (sure === undefined) return 'not compared yet';
  const said = words.find(([atLeast]) => sure >= atLeast)?.[1];
  if (said === undefined) return 'no sign that green is worse';
  const rare = rarity(sure);
  return reason.includes(rare) ? said : `${said}: ${rare}`;
}
