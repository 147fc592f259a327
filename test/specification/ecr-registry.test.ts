import { expect, test } from '@jest/globals';
import { ecrRegistryOf } from '../../lib/specification/ecr-registry.ts';

test.each([
  ['111122223333.dkr.ecr.eu-west-1.amazonaws.com', 'eu-west-1'],
  ['111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ['111122223333.dkr-ecr.eu-central-1.on.aws', 'eu-central-1'],
  ['111122223333.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn', 'cn-northwest-1'],
])('%s is a private registry of its partition', (host, region) => {
  expect(ecrRegistryOf(host)).toEqual({ account: '111122223333', region });
});

test.each([
  'public.ecr.aws',
  'ghcr.io',
  '1.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.eu.cn',
  '111122223333.dkr.ecr.eu-west-1xamazonaws.com',
])('%s is none', (host) => {
  expect(ecrRegistryOf(host)).toBeUndefined();
});
