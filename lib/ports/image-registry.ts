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

export interface ImageRegistry {
  /** The image with a tag or a `sha256:` digest; `undefined` where there is none. */
  find(repository: string, tagOrDigest: string): Promise<Image | undefined>;
  /**
   * All tagged images of a repository, in no order.
   * @throws Refusal where there is no such repository
   */
  list(repository: string): Promise<readonly PushedImage[]>;
}
