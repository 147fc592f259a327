import { rolloutsIn, shareOf, type Truth, type Watch } from './watch.ts';

/** A look may be so old, and a write that was sent before it is no answer to it. */
const underWay = 25_000;

/** A rule that somebody changed in a bake is not just written over: the rollout says so, or goes back. */
export function checkForeignHands({ table }: Truth, watch: Watch): void {
  const { ruleChanges, events } = watch;
  for (const { at, before, after } of ruleChanges.filter(({ by }) => by === 'somebody else')) {
    const share = (weights: Readonly<Record<string, number>>) => JSON.stringify(Object.entries(weights).sort());
    if (share(before) === share(after)) continue;
    // Who writes right after it could not know; so it is with whoever wrote right before.
    if (ruleChanges.some((one) => one.by !== 'somebody else' && Math.abs(one.at - at) < underWay)) continue;
    for (const { rolloutId, phase, spec, green } of rolloutsIn(table)) {
      const own = events.get(rolloutId) ?? [];
      const time = (type: string, last = false) => {
        const found = own.filter(({ event }) => event.type === type);
        return Date.parse((last ? found.at(-1) : found[0])?.at ?? '');
      };
      const isMeant = phase === 'succeeded' && at > time('TrafficShifted') && at < time('StepPassed', true) - underWay;
      // Who put back what was heard of has been heard of with it.
      const isTold = (type: string) => type === 'ForeignChange' || type === 'ForeignChangeUndone';
      const isHeardOf = own.some((one) => isTold(one.event.type) && Date.parse(one.at) >= at);
      // A shift that is repeated may have written the next weight itself: whoever writes just that is not told apart.
      const next = own.find((one) => one.event.type === 'TrafficShifted' && Date.parse(one.at) > at)?.event;
      const isNext = next?.type === 'TrafficShifted' && shareOf(spec.slots[green], after) === next.weight;
      if (!isMeant || isHeardOf || isNext) continue;
      const said = `${rolloutId} succeeded, and nobody heard that a rule was changed meanwhile`;
      watch.break('other people’s changes are heard of', said);
    }
  }
}
