import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { signedForAps } from '../../lib/metrics/prometheus/signature.ts';
import { python } from './python.ts';

const seconds = 1_764_400_000;
const keys = { key: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', token: 'a/session+token==' };

const plain = { 'content-type': 'application/x-www-form-urlencoded' };

function opinionOfBotocore(url: string, region: string, body: string, headers: Readonly<Record<string, string>>) {
  const input = JSON.stringify({ ...keys, url, region, body, seconds, headers });
  const said = execFileSync(python(), [path.join(import.meta.dirname, 'aps_signature.py')], {
    input,
    encoding: 'utf8',
  });
  return z.record(z.string(), z.string()).parse(JSON.parse(said));
}

describe('the signature for Amazon Managed Service for Prometheus', () => {
  test.each([
    ['eu-west-1', 'sum(increase(shop_failed_total{service="web-a"}[60s]))'],
    ['us-east-1', 'a / b + on() group_left c{x=~"ü|~*\'"}'],
  ])('is the one of botocore: %s, %s', async (region, query) => {
    const url = `https://aps-workspaces.${region}.amazonaws.com/workspaces/ws-0123abcd-4567-89ab-cdef-0123456789ab/api/v1/query_range`;
    const body = new URLSearchParams({ query, start: '1', end: '2', step: '60' }).toString();
    const client = new CloudWatchClient({
      region,
      credentials: { accessKeyId: keys.key, secretAccessKey: keys.secret, sessionToken: keys.token },
    });
    const headers = await signedForAps(client.config, region, new URL(url), plain, body, new Date(seconds * 1000));
    const hash = headers['x-amz-content-sha256'] ?? '';

    expect(hash).toBe(createHash('sha256').update(body).digest('hex'));
    // Botocore signs the hash as a header only where it is told to; the SDK for JavaScript always does.
    const { host, ...others } = headers;
    expect(host).toBe(new URL(url).host);
    expect(others).toEqual(opinionOfBotocore(url, region, body, { ...plain, 'x-amz-content-sha256': hash }));
  });
});
