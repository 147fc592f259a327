/** A bucket whose objects stay as they are. */
export interface ArchiveBucket {
  /** Keys under a prefix, in order of their code units; all of them, or the first so many. */
  keys(prefix: string, atMost?: number): Promise<readonly string[]>;
  /** @throws Error where there is no such object */
  text(key: string): Promise<string>;
  /** Writes an object that is not there yet; false where there is one. */
  add(key: string, text: string): Promise<boolean>;
}
