import type { RolloutSpec } from '../specification/rollout-spec.ts';

/** A host with the port on which it speaks TLS. */
export interface HttpsHost {
  readonly host: string;
  readonly port: number;
}

/** The host that users reach by TLS: the one that is named, or that of an https `url`; `undefined` where there is neither. */
export function httpsHostOf({ url }: Pick<RolloutSpec, 'url'>, named: string | undefined): HttpsHost | undefined {
  const written = named === undefined ? url : `https://${named}`;
  if (written?.startsWith('https://') !== true) return undefined;
  const { hostname, port } = new URL(written);
  return { host: hostname.replaceAll(/[[\]]/g, ''), port: port === '' ? 443 : Number(port) };
}

/** What a check says where the spec names no such host. */
export const noHttpsHost = {
  passed: true,
  skipped: true,
  saw: 'neither `host` nor an https `url` is written',
} as const;
