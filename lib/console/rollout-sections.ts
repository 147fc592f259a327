import type { RolloutView } from '../view/rollout-view.ts';
import { gateSection } from './gate-section.ts';
import { html, type Markup } from './html.ts';
import {
  approvalsSection,
  changeSection,
  checksSection,
  driftSection,
  eventsSection,
  notifiedSection,
  sidesSection,
} from './rollout-facts.ts';
import { stepBar, stripOf } from './strip.ts';

/** A part of a page that is put in anew where it has changed. */
export function livePart(id: string, content: Markup): Markup {
  return html`<section id="${id}" data-live>${content}</section> `;
}

/**
 * Returns everything that a page shows of a rollout, in the order in which a person who was just woken up reads it.
 * @param actions what each action would do, with its form where the visitor may
 */
export function rolloutSections(view: RolloutView, actions: Markup): Markup {
  const { strip, gates, verdict, sides, checks, approvals, notified, events, rolloutId, stage } = view;
  return html`${livePart('now', stripOf(view))}${livePart('steps', stepBar(view))}${livePart('drift', driftSection(view))}${livePart('actions', actions)}${livePart('gates', gateSection(gates, verdict, strip.askedWeight > 0))}${livePart('change', changeSection(view))}
    <div class="columns">
      ${livePart('tasks', sidesSection(sides))}${livePart('approvals', approvalsSection(approvals))}${livePart('messages', notifiedSection(notified))}
    </div>
    ${livePart('checks', checksSection(checks))}${livePart('events', eventsSection(events, rolloutId, stage))}`;
}
