import type { Doubt } from './doubt.ts';
import { quote } from './plain-text.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** People who are asked and cannot be told: their approval can come by the command line alone. */
export function lintApprovals({
  approvals,
  notifications: { channels },
}: Pick<RolloutSpec, 'approvals' | 'notifications'>): readonly Doubt[] {
  const mails = approvals.from !== undefined || channels.some(({ type }) => type === 'mail');
  const direct = channels.some(({ type }) => type === 'slack');
  return approvals.people.flatMap(({ name, mail, slack }, index): readonly Doubt[] => {
    if ((mail !== undefined && mails) || (slack !== undefined && direct)) return [];
    const lacks =
      mail === undefined && slack === undefined
        ? 'there is neither `mail` nor `slack`, expected one of them'
        : 'nobody sends it, expected `approvals.from` or a `mail` channel for mail, a `slack` channel for direct messages';
    return [
      { path: ['approvals', 'people', index], severity: 'warning', message: `${quote(name)} gets no link: ${lacks}` },
    ];
  });
}
