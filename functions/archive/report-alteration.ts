import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { announcer } from '../../lib/runtime/world/announcer.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { reportAlteration, reportAlterationInput } from '../../lib/usecases/watching/report-alteration.ts';

/** Trigger: the table's stream tells that an event was changed or removed. */
export const handler = taskHandler(reportAlterationInput, (input) =>
  reportAlteration(input, { store, announcer, installation, now }),
);
