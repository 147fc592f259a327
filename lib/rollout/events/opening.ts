import * as z from 'zod';
import { type Autoscaling, autoscalingOfBoth, describeAutoscaling } from '../autoscaling.ts';
import { nameChanges, subjectOf } from '../configuration-change.ts';
import type { ConfigurationDifference } from '../configuration-difference.ts';
import { keepsClients } from '../../drivers/shapes/keeps-clients.ts';
import { describeSticky } from '../describe-learned.ts';
import { describeQuiet } from '../quiet-steps.ts';
import { openingFacts, type RolloutFacts } from '../rollout-facts.ts';
import { defineEvent } from './define-event.ts';
import { imageName } from './image-name.ts';
import { number } from '../event-shapes.ts';
import { counted } from '../../specification/text/counted.ts';

const rolloutOpened = defineEvent({
  type: 'RolloutOpened',
  short: ({ rollback, drill, preset }) => {
    if (drill !== undefined) return `drill of the ${drill} opened`;
    if (preset !== undefined) return `${preset} opened`;
    return rollback === undefined ? 'rollout opened' : 'going back by hand';
  },
  when: 'a rollout begins',
  detail: z.object(openingFacts),
  // The whole spec and the restore plan are for the record: a message needs neither.
  announced: ['image', 'blue', 'green'],
  allowedIn: [],
  countsAs: 'opened',
  opensThread: true,
  marksChange: 'end',
  severity: 'info',
  severityOf: ({ rollback }) => (rollback === undefined ? undefined : 'warning'),
  opens: true,
  says: (event, state) =>
    event.drill !== undefined
      ? `${event.service}: drill of the ${event.drill}, ordered by ${event.requestedBy}: slot ${event.green} gets ${imageName(state)}, which serves from slot ${event.blue} already, and goes back from its first step.`
      : event.rollback === undefined
        ? `${event.service}: rollout of ${subjectOf(state)} opened by ${event.requestedBy}; blue is slot ${event.blue}, green is slot ${event.green}.${configuration(event)}${quiet(event)}${sticky(event)}`
        : `${event.service}: ROLLBACK to ${imageName(state)} asked for by ${event.requestedBy}: ${event.rollback.reason}`,
  why: ({ rollback, specVersion }) =>
    rollback === undefined
      ? [`Judged by version ${String(specVersion)} of the spec.`]
      : [`Going back because: ${rollback.reason}`],
  next: 'The pre-checks come next.',
});

/** The autoscaling of both slots as it was found, before any of it is changed. */
const capacityRecorded = defineEvent({
  type: 'CapacityRecorded',
  when: 'the autoscaling of both slots was read, before any of it is changed',
  detail: z.object(autoscalingOfBoth),
  allowedIn: ['provisioning'],
  evolve: (_, { type: _type, ...autoscaling }) => ({ autoscaling }),
  says: ({ blue, green }) => `Autoscaling as found: blue ${scales(blue)}, green ${scales(green)}.`,
});

const capacityPinned = defineEvent({
  type: 'CapacityPinned',
  when: 'blue keeps its tasks for the time of the rollout',
  detail: z.object({ blueCount: number }),
  allowedIn: ['provisioning'],
  progress: true,
  severity: 'info',
  inHead: true,
  once: true,
  evolve: (_, { blueCount }) => ({ blueCount }),
  says: ({ blueCount }, { autoscaling }) =>
    autoscaling?.blue === undefined
      ? 'Nothing scales blue by itself: there is nothing to pin.'
      : `Blue keeps at least ${counted(blueCount, 'task')} until the rollout ends; it ${scales(autoscaling.blue)} otherwise.`,
  why: ['Blue must be able to carry everything again until the last watch has passed.'],
  next: 'Green is provisioned next.',
});

const capacityRestored = defineEvent({
  type: 'CapacityRestored',
  when: 'autoscaling is as it was',
  detail: z.object({}),
  allowedIn: ['rollingBack'],
  severity: 'info',
  inHead: true,
  once: true,
  says: (_, { autoscaling }) => `Autoscaling is as it was: blue ${scales(autoscaling?.blue)}.`,
  why: ['The rollout needs it pinned no longer.'],
  next: 'Only cleanup remains.',
});

/** A rollout begins, and what it changes of the services' capacity. */
export const opening = [rolloutOpened, capacityRecorded, capacityPinned, capacityRestored] as const;

interface Opened {
  readonly sameImage?: boolean | undefined;
  readonly configuration?: ConfigurationDifference | undefined;
}

/** Names alone: a value is for who may read the record. */
function configuration({ configuration: difference, sameImage }: Opened): string {
  // The name of what is rolled out tells it already.
  if (sameImage === true || difference === undefined || difference.changes.length === 0) return '';
  return ` ${nameChanges(difference)}.`;
}

/** What the service's traffic means for the steps; nothing where it was not asked for. */
function quiet({
  spec,
  leftOut,
  requestsPerSecond,
}: Pick<RolloutFacts, 'spec' | 'leftOut' | 'requestsPerSecond'>): string {
  if (leftOut === undefined) return '';
  return describeQuiet(spec, leftOut, requestsPerSecond)
    .map((sentence) => ` ${sentence}`)
    .join('');
}

/** What rules that keep clients on one side mean for the gates. */
function sticky({ restorePlan, learned }: Pick<RolloutFacts, 'restorePlan' | 'learned'>): string {
  const sentence = describeSticky(
    restorePlan.some(({ actions }) => keepsClients(actions)),
    learned,
  );
  return sentence === undefined ? '' : ` ${sentence}`;
}

function scales(settings: Autoscaling | undefined): string {
  return settings === undefined ? 'does not scale by itself' : `scales from ${describeAutoscaling(settings)}`;
}
