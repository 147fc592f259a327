import type { EventType } from '../../../lib/rollout/events.ts';
import { ageOfALook } from './at-each-write.ts';
import { rolloutsIn, type Truth, type Watch } from './watch.ts';

const login = 'authenticate-oidc';
const told: ReadonlySet<EventType> = new Set<EventType>(['OthersChangesLost', 'OthersChangesUnknown']);

/**
 * A login that others put into a rule stays, or people hear that it is lost. The load balancer has no conditional write: what was
 * added after the look of a write may be lost with it, unheard.
 */
export function checkOthersChanges({ balancer, table }: Truth, watch: Watch): void {
  for (const arn of balancer.arns) {
    const changes = watch.ruleChanges.filter((one) => one.arn === arn);
    const lost = changes.findLast(({ had, has, by }) => had.includes(login) && !has.includes(login) && by !== others);
    const added = changes.findLast(({ had, has, by }) => !had.includes(login) && has.includes(login) && by === others);
    const isThere = balancer.actions(arn).some(({ Type }) => Type === login);
    if (lost === undefined || added === undefined || isThere || lost.at - added.at <= ageOfALook) continue;
    const isHeardOf = rolloutsIn(table)
      .flatMap(({ rolloutId }) => watch.events.get(rolloutId) ?? [])
      .some(({ event, at }) => told.has(event.type) && Date.parse(at) >= lost.at);
    if (isHeardOf || changes.some(({ at, by }) => by === others && at > lost.at)) continue;
    const late = String(Math.round((lost.at - added.at) / 1000));
    const said = `${lost.by} removed a login from ${arn.slice(-4)}, ${late} s after it was added, and nobody heard of it`;
    watch.break('what others add to a rule is kept, or its loss is told', said);
  }
}

const others = 'somebody else';
