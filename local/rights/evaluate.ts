import { spawn } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';
import { projectRoot } from '../stack/project-root.ts';
import type { IamRequest } from './request.ts';

const request = z.object({ action: z.string(), resource: z.string(), by: z.string() });
const verdict = z.object({
  denied: z.array(request.extend({ role: z.string() })),
  refused: z.array(z.object({ service: z.string(), request })),
  removals: z.array(z.object({ role: z.string(), gone: z.string(), found: z.string().nullable() })),
});
export type Verdict = z.output<typeof verdict>;

/** What `evaluate.py` is asked. */
interface Asked {
  /** Statements by role. */
  readonly roles: Readonly<Record<string, readonly unknown[]>>;
  readonly requests: readonly (IamRequest & { readonly role: string })[];
  /** Requests of AWS services, each with the policies that may allow it. */
  readonly services: readonly unknown[];
  /** Whether each right is to be taken away once; so it is without it. */
  readonly removes?: boolean;
}

/** Asks the local AWS's policy evaluation, without starting it. */
export async function evaluate(asked: Asked): Promise<Verdict> {
  return verdict.parse(JSON.parse(await evaluated(asked)));
}

function evaluated(asked: Asked): Promise<string> {
  const python = path.join(projectRoot, '.sluice', 'venv', 'bin', 'python');
  const child = spawn(python, ['-I', path.join(import.meta.dirname, 'evaluate.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let out = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`The policies could not be evaluated: ${said.slice(-2000)}`));
    });
    child.stdin.end(JSON.stringify(asked));
  });
}
