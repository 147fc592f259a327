import type { RecordedEvent } from '../rollout/events.ts';
import { newestEvent } from './newest-event.ts';

/** Returns a sentence for each check that did not simply pass. */
export function checkFollowUps(events: readonly RecordedEvent[]): readonly string[] {
  const round = newestEvent(events, 'PreChecksPassed');
  return (round?.results ?? []).flatMap(({ name, passed, result, waived, fix }) => {
    if (waived !== undefined)
      return [`Check ${name} is waived by ${waived.by} until ${waived.until}: ${waived.reason}`];
    if (passed && result !== 'warned') return [];
    return [`Check ${name} ${result ?? 'failed'}${fix === undefined ? '.' : `; to fix: ${fix}`}`];
  });
}

/** A gate that decides nothing is seen by no one where nobody is notified. */
export function advisoryFollowUps(events: readonly RecordedEvent[]): readonly string[] {
  const failed = new Set<string>();
  for (const { event } of events) {
    if (event.type !== 'GreenAnalysed') continue;
    for (const { gate, dryRun, outcome } of event.gates) if (dryRun === true && outcome === 'fail') failed.add(gate);
  }
  return [...failed].map((gate) => `Advisory gate ${gate} failed at least once; it decided nothing.`);
}
