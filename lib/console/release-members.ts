import { significant } from '../analysis/strength-text.ts';
import { plain } from '../messages/plain.ts';
import { shortText as short } from './short-text.ts';
import type { MemberRollout } from '../view/member-rollout.ts';
import type { MemberView } from '../view/member-view.ts';
import { html, type Markup } from './html.ts';
import { type Row, rowsOf } from './rows.ts';
import { timeElement } from './time-element.ts';

const colours: Readonly<Record<MemberView['standing'], '' | 'pass' | 'hold' | 'fail'>> = {
  waiting: '',
  begun: '',
  serves: 'pass',
  unchanged: 'pass',
  returning: 'fail',
  back: 'hold',
  failed: 'fail',
  skipped: 'hold',
  stuck: 'fail',
};

/** Returns one service of a release: its versions, where it stands, and the gate that speaks most against the new one. */
export function memberBox(member: MemberView): Markup {
  const { service, standing, text, since, rollout, reason, waitsFor, unread } = member;
  const rows: readonly Row[] = [
    ['Version', html`${named(member.from, 'not known')} → <strong>${named(member.to, member.toDigest)}</strong>`],
    ['Since', timeElement(since)],
    ...(waitsFor.length === 0 || standing !== 'waiting' ? [] : [['Waits for', html`${waitsFor.join(', ')}`] as const]),
    ...(reason === undefined ? [] : [[standing === 'waiting' ? 'Held' : 'Why', html`${short(reason)}`] as const]),
    ...(unread === undefined ? [] : [['Not known', html`${short(unread)}`] as const]),
    ...(rollout === undefined ? [] : rolloutRows(rollout)),
  ];
  return html`<div class="gate">
    <h3><a href="services/${service}">${service}</a>: <span class="${colours[standing]}">${text}</span></h3>
    ${rowsOf(rows)}
  </div>`;
}

function rolloutRows({ rolloutId, text, isActive, gate, affected, ...where }: MemberRollout): readonly Row[] {
  const link = html`<a href="rollouts/${rolloutId}">${short(text)}</a>`;
  if (!isActive) return [['Rollout', link]];
  return [
    ['Rollout', html`${link}${whereText(where)}`],
    ...(gate === undefined
      ? []
      : [
          [
            'Gate',
            html`${gate.name} <b class="${gate.outcome}">${said[gate.outcome]}</b>: green ${gate.green}, blue
              ${gate.blue}; ${gate.limits}; ${gate.confidence}`,
          ] as const,
        ]),
    ['Users', html`${affected}`],
  ];
}

const said = { pass: 'passes', hold: 'cannot say yet', fail: 'fails' } as const;

function whereText({ step, steps, askedWeight, measuredWeight }: Where): string {
  if (step < 1) return '';
  const measured = measuredWeight === undefined ? '' : `, ${significant(measuredWeight)} % measured`;
  return `, step ${step} of ${steps} at ${askedWeight} %${measured}`;
}

type Where = Pick<MemberRollout, 'step' | 'steps' | 'askedWeight' | 'measuredWeight'>;

function named(version: string | undefined, otherwise: string): string {
  const name = version ?? otherwise;
  return plain(name.startsWith('sha256:') ? name.slice(0, 19) : name, 60);
}
