import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import { knownDefinitionOf, type EventType } from '../rollout/events.ts';
import type { Severity } from '../rollout/events/define-event.ts';
import { isActive } from '../rollout/phase.ts';
import { wordsOfType } from '../specification/text/words-of-type.ts';
import type { RolloutState } from '../rollout/state.ts';
import { gateTrends, type GateTrend } from './gate-trend.ts';
import { comparedGate, usersAffected } from './users-affected.ts';
import { gateRow, type GateRow } from './why.ts';

/** What a person who was woken reads first; machines get the record's own words instead. */
export interface ForPeople {
  /** What happened, in a few words: `traffic stuck at 25 %`. */
  readonly headline: string;
  /** What to run now, each with stage and region, none of which needs a file. */
  readonly commands: readonly string[];
  /** How many users green reaches, and how many of them are worse off. */
  readonly users: string;
  readonly gates: readonly GateRow[];
  /** How the gates came to that; absent where there is no more than one evaluation of the step. */
  readonly trends?: readonly GateTrend[] | undefined;
  /** Why, without what the gates said. */
  readonly reasons: readonly string[];
}

/** What a message shows besides its event. */
interface Shown {
  /** What the gates said right before it. */
  readonly gates?: readonly RecordedJudgement[];
  /** What they said in its step, oldest first. */
  readonly looks?: readonly (readonly RecordedJudgement[])[];
  readonly reasons: readonly string[];
}

/** Returns what people read of an event besides its sentence. */
export function forPeople(
  type: EventType,
  severity: Severity,
  { gates = [], looks = [], reasons }: Shown,
  state: RolloutState,
  where: { readonly stage: string; readonly region: string },
): ForPeople {
  return {
    headline: headlineOf(type, state),
    commands: commandsOf(type, severity, state, where),
    users: tellsOfUsers(type, state)
      ? usersAffected(
          state,
          gates.map((one) => comparedGate(one, state.spec)),
          undefined,
        )
      : '',
    gates: gates.map((one) => gateRow(one, state.spec)),
    ...(gates.length === 0 ? {} : { trends: gateTrends(looks, state.spec) }),
    reasons,
  };
}

/** What green gets says nothing of an incident, of weights that others changed, or of what happens after the end. */
function tellsOfUsers(type: EventType, { phase, weight }: RolloutState): boolean {
  const { aside = false, endsRollout = false } = knownDefinitionOf({ type }) ?? {};
  return isActive({ phase }) ? !aside || weight > 0 : endsRollout;
}

/** Returns what happened in a few words: those of the definition, or the name of the type as words, which a newer version may have recorded. */
export function headlineOf(type: EventType, state: RolloutState): string {
  const { short } = knownDefinitionOf({ type }) ?? {};
  if (typeof short === 'function') return short(state);
  return short ?? wordsOfType(type);
}

function commandsOf(
  type: EventType,
  severity: Severity,
  { rolloutId, service, drill }: RolloutState,
  { stage, region }: { readonly stage: string; readonly region: string },
): readonly string[] {
  const look = ['status {rollout}'];
  const common = severity === 'critical' ? [...look, 'notify take {rollout}'] : severity === 'warning' ? look : [];
  const { run = common } = knownDefinitionOf({ type }) ?? {};
  // What a drill rolled back serves: there is nothing to try again.
  const own = drill === undefined ? run : run.filter((command) => !command.startsWith('retry'));
  return own.map((command) => {
    const named = command.replaceAll('{rollout}', rolloutId).replaceAll('{service}', service);
    return `sluice ${named} --stage ${stage} --region ${region}`;
  });
}
