import { inStage } from '../specification/text/in-stage.ts';
import type { ForPeople } from './for-people.ts';

/** The sentences of a message. */
interface Sentences {
  readonly what: string;
  readonly why: readonly string[];
  readonly next: string;
  readonly forPeople: ForPeople;
}

/** Returns a message whose sentences propose commands for this stage and region: the record knows neither. */
export function namingStage<Told extends Sentences>(
  message: Told,
  place: { readonly stage: string; readonly region: string },
): Told {
  const { what, why, next, forPeople } = message;
  const named = (text: string) => inStage(text, place);
  return {
    ...message,
    ...{ what: named(what), why: why.map(named), next: named(next) },
    forPeople: { ...forPeople, reasons: forPeople.reasons.map(named) },
  };
}
