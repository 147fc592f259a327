import { expect, test } from '@jest/globals';
import { domainOfPartition, domainOfRegion } from '../../lib/specification/aws-domain.ts';

test.each([
  ['eu-west-1', 'aws', 'amazonaws.com'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
  ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
])('services of region %s, of partition %s, are below %s', (region, partition, domain) => {
  expect(domainOfRegion(region)).toBe(domain);
  expect(domainOfPartition(partition)).toBe(domain);
});
