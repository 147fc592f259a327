import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Probes } from '../../ports/probe.ts';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { httpProbe } from '../../platform/http-probe.ts';
import { vpcProbe } from '../../platform/vpc-probe.ts';

/** The caller repeats a request. Each must fail while the function that waits for it, for 15 s at most, can still say so. */
const lambda = new LambdaClient({
  ...clientSettings,
  maxAttempts: 1,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 6_000 },
});
/** A local AWS has nothing but addresses of this machine, and says so by `AWS_ENDPOINT_URL`. */
const outside = httpProbe({ isLocal: process.env['AWS_ENDPOINT_URL'] !== undefined });
const stage = setting('STAGE');

/** Asks URLs: from the functions, or through the probe that is deployed in a VPC. */
export const probe: Probes = {
  get: (url, headers, timeoutSeconds, address) => outside.get(url, headers, timeoutSeconds, address),
  addressesOf: (host) => outside.addressesOf(host),
  inVpc: (vpcId) => vpcProbe(lambda, stage, vpcId, outside),
};
