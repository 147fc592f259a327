const smallestLinearStep = 3;

/**
 * Returns why ECS cannot give green these weights, in words; `undefined` where it can: all at once (BLUE_GREEN), one share and then all
 * (CANARY), or equal steps (LINEAR), of which the last one takes the rest.
 */
export function whyNotByEcs(weights: readonly number[]): string | undefined {
  const [first = 100] = weights;
  const isLinear =
    first >= smallestLinearStep &&
    weights.length === Math.ceil(100 / first) &&
    weights.every((weight, index) => weight === Math.min(100, first * (index + 1)));
  if (isLinear || (weights.length <= 2 && weights.at(-1) === 100)) return undefined;
  return `ECS moves all at once, one share and then all, or equal steps of 3 % or more, not ${weights.join(', ')}`;
}
