import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { type Probe, ProbeFailed, ProbeNotReady } from '../ports/probe.ts';

const wholeAnswer = z.object({
  status: z.int(),
  milliseconds: z.number(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  /** Absent in answers of probes of before, which send GET alone. */
  method: z.string().optional(),
});
const answer = z.union([wholeAnswer, z.object({ error: z.string() })]);

/** Lambda reclaims the network interface of a function that is idle for weeks, and makes it anew at the next call. */
const notReady: ReadonlySet<string> = new Set(['ResourceNotReadyException', 'ENILimitReachedException']);

/**
 * Asks URLs through the probe that is deployed in a VPC (`serverless/probe`).
 * @throws ProbeFailed from `get` where the probe could not be called, and ProbeNotReady while it has no network interface: both say
 * nothing about what was asked
 */
export function vpcProbe(client: LambdaClient, stage: string, vpcId: string, outside: Probe): Probe {
  const FunctionName = `sluice-${stage}-probe-${vpcId}`;
  return {
    async get(url, headers, timeoutSeconds, address, sent) {
      const Payload = Buffer.from(JSON.stringify({ url, headers, timeoutSeconds, address, ...sent }));
      const parsed = answer.parse(await invoke(client, FunctionName, Payload));
      if ('error' in parsed) throw new Error(parsed.error);
      const { method = 'GET', ...answered } = parsed;
      if (sent === undefined || sent.method === method) return answered;
      throw new ProbeFailed(
        `the probe ${FunctionName} is of an older version and sends GET alone, not ${sent.method}: deploy serverless/probe/probe.yml for this VPC again`,
      );
    },

    async addressesOf(host) {
      try {
        return await outside.addressesOf(host);
      } catch {
        // A name of a private zone: the probe resolves it where it is.
        return [host];
      }
    },
  };
}

async function invoke(client: LambdaClient, FunctionName: string, payload: Buffer): Promise<unknown> {
  const { FunctionError, Payload } = await client
    .send(new InvokeCommand({ FunctionName, Payload: payload }))
    .catch((error: unknown) => {
      throw explained(error, FunctionName);
    });
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new ProbeFailed(`The probe ${FunctionName} failed: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

function explained(error: unknown, name: string): ProbeFailed {
  if (!(error instanceof Error)) return new ProbeFailed(`the probe ${name} could not be called: ${String(error)}`);
  if (error.name === 'ResourceNotFoundException') {
    return new ProbeFailed(
      `there is no probe ${name}: deploy serverless/probe/probe.yml for this VPC, or write verify: { by: targetHealth }`,
      { cause: error },
    );
  }
  const isPending = error.name === 'ResourceConflictException' && /pending|inactive/i.test(error.message);
  if (!notReady.has(error.name) && !isPending)
    return new ProbeFailed(`the probe ${name} could not be called: ${error.name}: ${error.message.slice(0, 300)}`, {
      cause: error,
    });
  return new ProbeNotReady(
    `the network interface of the probe ${name} is not ready yet (${error.message.slice(0, 200)})`,
    {
      cause: error,
    },
  );
}
