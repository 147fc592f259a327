import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { AwsError } from '../aws-error.ts';
import { rootCredentials } from '../root-credentials.ts';
import type { Right } from './rights.ts';

/** A request as it arrived: its signature counts over all of it. */
export interface SignedRequest {
  readonly request: IncomingMessage;
  readonly body: string;
}

/**
 * Asks IAM whether the signer of a request may do what it says.
 * @param rights what AWS asks for it; `undefined` where the fleet does not know
 * @throws AwsError where it may not, or IAM cannot be asked
 */
export type Authorise = (
  signed: SignedRequest,
  service: string,
  rights: () => readonly Right[] | undefined,
) => Promise<void>;

const answer = z.object({
  refusal: z.object({ code: z.string(), message: z.string(), status: z.int() }).nullable(),
});

/** Asks the policies that the emulator holds (`local/emulator/authoriser.py`). */
export function emulatorEvaluator(endpoint: string): Authorise {
  return async ({ request, body }, service, rightsOf) => {
    const { authorization = '' } = request.headers;
    // As in the emulator, the root user may do everything, also when the emulator is down.
    if (authorization.includes(`Credential=${rootCredentials.accessKeyId}/`)) return;
    const rights = rightsOf();
    const headers = request.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [[name, all[index + 1]]] : []));
    const asked = {
      ...{ service, method: request.method, url: request.url, headers, rights: rights ?? [] },
      body: Buffer.from(body).toString('base64'),
    };
    const { refusal } = await ask(`${endpoint}/_sluice/authorise`, asked);
    if (refusal !== null) throw new AwsError(refusal.code, refusal.message, refusal.status);
    if (rights === undefined)
      throw new AwsError('AccessDenied', 'The fleet does not know which rights AWS asks for this action', 403);
  };
}

async function ask(url: string, asked: object): Promise<z.output<typeof answer>> {
  try {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(asked) });
    return answer.parse(await response.json());
  } catch (error) {
    throw new AwsError('ServiceUnavailable', `IAM could not be asked at ${url}: ${String(error)}`, 503);
  }
}
