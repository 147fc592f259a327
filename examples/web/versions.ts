import { createHash } from 'node:crypto';

/** How a version of the sample service behaves: the environment that its image brings along. */
export interface SampleVersion {
  /** `BUILD-COMMIT`, as CI tags images. */
  readonly tag: string;
  readonly good: boolean;
  readonly env: Readonly<Record<string, string>>;
}

/** The versions that the demo pushes, by what they are for. */
export const versions = {
  /** Runs before the first rollout. */
  first: { tag: '411-3c9e1f0', good: true, env: { VERSION: '411-3c9e1f0' } },
  good: { tag: '412-9f8d111', good: true, env: { VERSION: '412-9f8d111' } },
  /** Looks healthy, and fails and is slow for a share of requests. */
  bad: {
    tag: '413-b4dc0de',
    good: false,
    env: { VERSION: '413-b4dc0de', ERROR_SHARE: '0.3', SLOW_SHARE: '0.3', SLOW_MS: '400' },
  },
  /** Calls its dependency three times for a request: three times the errors, where the dependency fails at all. */
  subtle: { tag: '415-5ab71e0', good: false, env: { VERSION: '415-5ab71e0', DEPENDENCY_CALLS: '3' } },
  /** As good as the one before it. */
  next: { tag: '416-c0ffee1', good: true, env: { VERSION: '416-c0ffee1' } },
  /** Never passes its health checks. */
  unhealthy: { tag: '414-0dead10', good: false, env: { VERSION: '414-0dead10', UNHEALTHY: 'true' } },
} as const satisfies Record<string, SampleVersion>;

const emptyConfig = '{}';

/**
 * The manifest of a version's image, as JSON text for `PutImage`: a valid OCI image manifest, whose annotations tell a local fleet what
 * to run. Its digest is the SHA-256 of this very text, so each version has its own.
 */
export function manifestOf(version: SampleVersion): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(emptyConfig),
      size: Buffer.byteLength(emptyConfig),
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: digestOf(`layer of ${version.tag}`),
        size: 48_000_000,
      },
    ],
    annotations: {
      'org.opencontainers.image.version': version.tag,
      'sluice.fleet/entrypoint': 'examples/web/server.ts',
      'sluice.fleet/env': JSON.stringify(version.env),
    },
  });
}

/** `sha256:…` of a text. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
