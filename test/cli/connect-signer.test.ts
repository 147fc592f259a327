import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod';
import { connectSigner } from '../../lib/cli/connect-signer.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const request = z.looseObject({ KeyId: z.literal('alias/attest'), Message: z.string().optional() });
const asked: Record<string, unknown>[] = [];
let server: Server;

const bytes = Buffer.from('DSSEv1 1 t 3 abc');
const hash = createHash('sha256').update(bytes).digest('base64');

/** Answers as KMS does: with the signature of these bytes where their digest is sent, with none otherwise. */
async function answer(message: IncomingMessage): Promise<string> {
  const read = request.parse(JSON.parse(await text(message)));
  asked.push(read);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  if (message.headers['x-amz-target'] === 'TrentService.GetPublicKey') {
    return JSON.stringify({ KeyId: read.KeyId, PublicKey: der.toString('base64') });
  }
  if (read.Message !== hash) return JSON.stringify({ KeyId: read.KeyId });
  const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'der' });
  return JSON.stringify({ KeyId: read.KeyId, Signature: signature.toString('base64') });
}

const before = { ...process.env };
beforeAll(async () => {
  server = createServer((message, response) => {
    void answer(message).then((body) => response.setHeader('content-type', 'application/x-amz-json-1.1').end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.env['AWS_ENDPOINT_URL_KMS'] = `http://127.0.0.1:${port}`;
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a key of KMS signs the digest of what is signed, and gives out its public key', async () => {
  const signer = connectSigner('alias/attest', { region: 'eu-west-1' });
  const key = createPublicKey({ key: Buffer.from(await signer.publicKey()), format: 'der', type: 'spki' });
  const signature = await signer.sign(bytes);

  expect(key.equals(publicKey)).toBe(true);
  expect(verify('sha256', bytes, { key, dsaEncoding: 'der' }, signature)).toBe(true);
  expect(asked[1]).toMatchObject({ MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' });
});

test('an answer without a signature is an error', async () => {
  const signer = connectSigner('alias/attest', { region: 'eu-west-1' });

  await expect(signer.sign(Buffer.from('other bytes'))).rejects.toThrow('without a signature');
});
