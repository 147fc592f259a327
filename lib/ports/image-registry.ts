export interface Image {
  /** `registry/repository`, without tag and digest. */
  readonly repositoryUri: string;
  readonly digest: string;
  readonly tags: readonly string[];
}

export interface ImageRegistry {
  /** The image with a tag or a `sha256:` digest; `undefined` where there is none. */
  find(repository: string, tagOrDigest: string): Promise<Image | undefined>;
}
