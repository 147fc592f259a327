import { sureness } from '../analysis/evidence-text.ts';

/** From the surest on: what a share of certainty means for a person who has to decide. */
const words: readonly (readonly [atLeast: number, said: string])[] = [
  [0.99, 'green is almost certainly worse'],
  [0.9, 'green is probably worse'],
  [0.5, 'green may be worse'],
  [0, 'no sign that green is worse'],
];

/** Returns how sure it is that green is worse, in words with the number; says so where nothing was compared. */
export function confidence(sure: number | undefined): string {
  if (sure === undefined) return 'not compared yet';
  const said = words.find(([atLeast]) => sure >= atLeast)?.[1] ?? 'no sign that green is worse';
  return `${said} (${sureness(Math.max(0, sure))} sure)`;
}
