import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Makes the folder of this run for recorded requests; several runs may go on in one clone. */
export default function beforeAll(): void {
  process.env['SLUICE_RECORDED_FOLDER'] = mkdtempSync(path.join(os.tmpdir(), 'sluice-recorded-'));
}
