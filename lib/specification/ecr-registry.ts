/** A private ECR registry: each account has one in each region. */
export interface EcrRegistry {
  readonly account: string;
  readonly region: string;
}

/** Also FIPS endpoints, the partitions of China and of the European Sovereign Cloud, and the names that resolve to IPv6 as well. */
const hosts = [
  /^(?<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?<region>[a-z]{2,4}(?:-[a-z]+)+-\d)\.amazonaws\.(?:com|com\.cn|eu)$/,
  /^(?<account>\d{12})\.dkr-ecr(?:-fips)?\.(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.on\.(?:aws|amazonwebservices\.com\.cn)$/,
];

/** The account and region of a private ECR registry's host; `undefined` for any other host. */
export function ecrRegistryOf(host: string): EcrRegistry | undefined {
  for (const pattern of hosts) {
    const { account, region } = pattern.exec(host)?.groups ?? {};
    if (account !== undefined && region !== undefined) return { account, region };
  }
  return undefined;
}

/** Why images of a host that is no private ECR registry cannot be rolled out, and what to do. */
export function notPrivateEcr(host: string): string {
  const what = host === 'public.ecr.aws' ? 'is Amazon ECR Public' : 'is no private Amazon ECR registry';
  return `${host} ${what}: it announces no pushes, and its digests cannot be read through the ECR API. Copy the image into a private ECR repository, or pull it through a cache rule of ECR, and name that repository`;
}
