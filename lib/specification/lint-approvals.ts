import type { Doubt } from './doubt.ts';
import { quote } from './text/plain-text.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Roles that must approve and that nobody has, and people who cannot be notified: their approval can come by the command line alone. */
export function lintApprovals(
  spec: Pick<RolloutSpec, 'approvals' | 'notifications' | 'gates'>,
  written: Readonly<Record<string, unknown>>,
): readonly Doubt[] {
  return [
    ...lintRequired(spec, written['approvals']),
    ...lintUnknownRequester(spec),
    ...lintAsking(spec),
    ...lintPeople(spec),
  ];
}

/** Roles without people hold nothing up, which is not what who names them expects. The default names some, too. */
function lintRequired({ approvals }: Pick<RolloutSpec, 'approvals'>, written: unknown): readonly Doubt[] {
  const isWritten = typeof written === 'object' && written !== null && 'required' in written;
  if (!isWritten || approvals.required.length === 0 || approvals.people.length > 0) return [];
  const message =
    'roles are required, but `approvals.people` names no one: no rollout waits for approval, expected people, or no roles';
  return [{ path: ['approvals', 'required'], severity: 'warning', message }];
}

/** Where all people have to approve anyway, none is left to approve in place of one who may have requested it. */
function lintUnknownRequester({ approvals }: Pick<RolloutSpec, 'approvals'>): readonly Doubt[] {
  const { people, required, unknownRequester = 'oneMore' } = approvals;
  if (unknownRequester !== 'oneMore' || required.length === 0 || people.length === 0) return [];
  if (people.length > required.length) return [];
  const message = `${people.length} people are named and ${required.length} approvals are required: all of them have to approve, and where the requester is not known, one of them may be the requester, expected one person more, or unknownRequester: refuse or allow`;
  return [{ path: ['approvals', 'people'], severity: 'warning', message }];
}

/** A gate that asks nobody waits for nothing. */
function lintAsking({ approvals, gates }: Pick<RolloutSpec, 'approvals' | 'gates'>): readonly Doubt[] {
  if (approvals.people.length > 0) return [];
  return gates.flatMap(({ name, afterHold }, index): readonly Doubt[] => {
    if (afterHold !== 'ask') return [];
    const message = `the gate ${quote(name)} asks people after a hold, but \`approvals.people\` names no one: it is rolled back later, expected people, or afterHold: roll-back`;
    return [{ path: ['gates', index, 'afterHold'], severity: 'warning', message }];
  });
}

function lintPeople({
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
        : 'nothing sends it, expected `approvals.from` or a `mail` channel for mail, a `slack` channel for direct messages';
    return [
      { path: ['approvals', 'people', index], severity: 'warning', message: `${quote(name)} gets no link: ${lacks}` },
    ];
  });
}
