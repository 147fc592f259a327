import { headlineOf } from '../../lib/messages/for-people.ts';
import { definitionOf } from '../../lib/rollout/events.ts';
import { describeEvent } from '../../lib/rollout/transition.ts';
import { after, at, eventTypes, samples } from '../rollout/sample-events.ts';
import type { Lines } from './lines.ts';

/** What each event means for people and for other rooms, and the words of one of its kind. */
export function writeEvents(lines: Lines): Promise<void> {
  for (const type of eventTypes) {
    const event = samples[type];
    const definition = definitionOf(event);
    const state = after();
    const facts = Object.entries(definition).filter(([, value]) => typeof value !== 'function');
    lines.add(type, Object.fromEntries(facts.filter(([name]) => name !== 'detail' && name !== 'type')));
    lines.text(' headline', headlineOf(type, state));
    lines.text(' says', describeEvent(event, state));
    for (const reason of definition.why(event, state)) lines.text(' why', reason);
    lines.text(' next', definition.next(event, { state, at, stage: 'test' }));
    lines.add(' changes', definition.evolve(state, event, at));
  }
  return Promise.resolve();
}
