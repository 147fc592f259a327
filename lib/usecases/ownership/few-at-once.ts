/** As many calls to the table go out at once: a sweep shares it with the rollouts that run. */
const atOnce = 20;

/**
 * Does something for each of many, a few at once. What one of them fails with keeps none of the others from its turn.
 * @returns what became of each, in the order of the items
 */
export async function fewAtOnce<Item, Answer>(
  items: readonly Item[],
  act: (item: Item) => Promise<Answer>,
): Promise<readonly PromiseSettledResult<Answer>[]> {
  const settled: PromiseSettledResult<Answer>[] = [];
  for (let first = 0; first < items.length; first += atOnce) {
    settled.push(...(await Promise.allSettled(items.slice(first, first + atOnce).map(act))));
  }
  return settled;
}
