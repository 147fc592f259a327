import { appendFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

/**
 * Keeps a request as a line of JSON, in the form of the emulator's (`local/emulator/record.py`).
 * @param file where to; nothing is kept where it is not given
 */
export function recordRequest(
  file: string | undefined,
  { method, url = '/', headers }: IncomingMessage,
  body: string,
): void {
  if (file === undefined) return;
  const [path = '/', query = ''] = url.split('?');
  const line = { method, path, query, headers, body: Buffer.from(body).toString('base64') };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}
