export interface Image {
  /** `registry/repository`, without tag and digest. */
  readonly repositoryUri: string;
  readonly digest: string;
  readonly tags: readonly string[];
}

/** An image and when it was pushed. */
export interface PushedImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** ISO 8601. */
  readonly pushedAt: string;
}

/** Where images lie. */
export interface ImageSource {
  readonly repository: string;
  /** Host of a private ECR registry; that of the own account and region where none is named. */
  readonly registry?: string | undefined;
}

export interface ImageRegistry {
  /**
   * The image with a tag or a `sha256:` digest; `undefined` where there is none.
   * @throws Refusal where the registry of another account or region does not let Sluice read
   */
  find(source: ImageSource, tagOrDigest: string): Promise<Image | undefined>;
  /**
   * All tagged images of a repository, in no order.
   * @throws Refusal where there is no such repository, or it may not be read
   */
  list(source: ImageSource): Promise<readonly PushedImage[]>;
}
