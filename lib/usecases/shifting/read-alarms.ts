import type { Analysis } from '../../analysis/judgement.ts';
import { alarmsOfGreen } from '../../rollout/alarms-of-green.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** What the spec's alarms say. */
export type AlarmReading =
  | { readonly outcome: 'quiet' }
  | { readonly outcome: 'ringing'; readonly reason: string }
  /** Not one that rings, but also not all of them quiet: no data is never fine. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/**
 * Reads the alarms that the spec names. A rollback to a former version does not wait for them: what rings may be the version that it
 * leaves. Never throws.
 */
export async function readAlarms(state: RolloutState, { alarms }: Part<'alarms'>): Promise<AlarmReading> {
  const names = alarmsOfGreen(state);
  if (names.length === 0 || state.rollback !== undefined) return { outcome: 'quiet' };
  try {
    const found = await alarms.read(names);
    const ringing = found.filter(({ name, isRinging }) => isRinging && names.includes(name));
    if (ringing.length > 0) {
      return { outcome: 'ringing', reason: ringing.map(({ name, reason }) => wentOff(name, reason)).join('; ') };
    }
    const missing = names.filter((name) => !found.some((one) => one.name === name));
    if (missing.length === 0) return { outcome: 'quiet' };
    return { outcome: 'unknown', reason: `CloudWatch has no alarm ${missing.join(', ')}: correct the spec's alarms` };
  } catch (error) {
    const said = messageOf(error);
    return { outcome: 'unknown', reason: `the alarms could not be read: ${said}` };
  }
}

/** What the gates said, overruled by an alarm that rings; what is not known to be quiet lets nothing pass. */
export function heedingAlarms(analysis: Analysis, alarms: AlarmReading): Analysis {
  if (alarms.outcome === 'quiet' || analysis.verdict === 'fail') return analysis;
  const { reason } = alarms;
  if (alarms.outcome === 'ringing') return { verdict: 'fail', gate: 'alarms', reason, gates: analysis.gates };
  return analysis.verdict === 'hold' ? analysis : { verdict: 'hold', reason, gates: analysis.gates };
}

const longestReason = 300;

/** One sentence for the record; CloudWatch's reason is told as far as it is short. */
export function wentOff(name: string, reason: string): string {
  const said = reason === '' ? '' : `: ${reason.slice(0, longestReason)}`;
  return `CloudWatch alarm ${name} is in ALARM${said}`;
}
