/** What an image means on this machine: a program of this checkout and how its environment makes it behave. */
export interface ResolvedImage {
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  /** Absolute path of the program. */
  readonly entrypoint: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Finds the image for `registry/repository:tag` or `registry/repository@sha256:…`. @throws ImagePullError */
export type ResolveImage = (imageUri: string) => Promise<ResolvedImage>;

/** The image cannot be had; the message says why, as a stopped task's reason would. */
export class ImagePullError extends Error {
  override readonly name = 'ImagePullError';
}

export interface ImageReference {
  /** Twelve digits, where the registry's host begins with them. */
  readonly registryId: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Takes an image URI apart; without tag and digest it means `latest`. @throws ImagePullError */
export function parseImageUri(uri: string): ImageReference {
  const match =
    /^(?:(?<host>[^/]*[.:][^/]*|localhost)\/)?(?<repository>[a-z0-9][a-z0-9._/-]*?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(
      uri,
    );
  const { host, repository, tag, digest } = match?.groups ?? {};
  if (repository === undefined)
    throw new ImagePullError(
      `CannotPullContainerError: invalid reference format: '${uri}' is not registry/repository:tag or registry/repository@sha256:digest`,
    );
  return {
    registryId: /^\d{12}(?=\.)/.exec(host ?? '')?.[0],
    repository,
    tag: digest === undefined ? (tag ?? 'latest') : undefined,
    digest,
  };
}
