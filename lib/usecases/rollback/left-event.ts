import { isLeft } from '../../drivers/rules/left-rules.ts';
import { typesOf } from '../../drivers/rules/restoration.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { newestPlan } from '../../rollout/going-back.ts';

/** Returns what people hear of rules that stay as others made them (`isLeft`), until a person gives them their login back; each once. */
export function leftEvent(state: RolloutState, routings: readonly Routing[]): readonly RolloutEvent[] {
  const found = routings.flatMap((routing) => {
    const { arn, actions: now } = routing;
    const stood = newestPlan(state).find((item) => item.arn === arn);
    if (stood === undefined || !isLeft(state, routing)) return [];
    const rule = `${stood.kind} ${arn} had ${typesOf(stood.actions)} and has ${typesOf(now)}`;
    return state.othersChanges?.includes(rule) === true ? [] : [{ rule, stood }];
  });
  if (found.length === 0) return [];
  return [{ type: 'RuleLeftAsItIs', rules: found.map(({ rule }) => rule), stood: found.map(({ stood }) => stood) }];
}
