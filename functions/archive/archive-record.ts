import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { recordArchive, writtenItems } from '../../lib/runtime/world/record-archive.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { archiveRecord, archiveRecordInput } from '../../lib/usecases/watching/archive-record.ts';

/** Trigger: the table's stream tells what was written, and a schedule. */
export const handler = taskHandler(archiveRecordInput, (input) =>
  archiveRecord(input, { recordArchive, writtenItems, store }),
);
