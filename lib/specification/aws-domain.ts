/** Domains of each partition's endpoints: https://docs.aws.amazon.com/general/latest/gr/s3.html */
const domains: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
};

/** What the names of regions of a partition begin with; all others are of `aws` or have its domain. */
const beginnings: readonly (readonly [beginning: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
];

/** Returns what the names of AWS's services end with in a partition. */
export function domainOfPartition(partition: string): string {
  return domains[partition] ?? 'amazonaws.com';
}

/** The same for a region. */
export function domainOfRegion(region: string): string {
  return domainOfPartition(beginnings.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws');
}
