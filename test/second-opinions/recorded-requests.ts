import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { python } from './python.ts';

const counts = z.record(z.string(), z.int());
const opinion = z.object({
  /** Signed requests, whatever service they are for. */
  requests: z.int(),
  /** How often each operation was asked for, as `service:Operation`. */
  operations: counts,
  /** What a model finds wrong. */
  problems: counts,
  /** Requests that no model could be found for. */
  unknown: counts,
});

/**
 * Returns what botocore's service models say of recorded requests: whether each member is known, present where it is required, of its type,
 * and within the lengths, patterns and enumerations of the model.
 * @param file lines of JSON, as `local/emulator/record.py` and the fleet write them
 */
export async function opinionOnRequests(file: string): Promise<z.output<typeof opinion>> {
  const script = path.join(import.meta.dirname, 'recorded_requests.py');
  const { stdout } = await promisify(execFile)(python(), [script, file], { maxBuffer: 64e6 });
  return opinion.parse(JSON.parse(stdout));
}
