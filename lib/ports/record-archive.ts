/** The key of an item of the table that is written once and never changed. */
export interface WrittenOnce {
  readonly pk: string;
  readonly sk: string;
}

/** What a call added to the archive. */
export interface Archived {
  /** Objects that were not there before. */
  readonly objects: number;
  /** The number of the checkpoint that names them; none where nothing was new. */
  readonly checkpoint?: number;
}

/** Copies of the record that nobody can change, outside of the table. */
export interface RecordArchive {
  /**
   * Archives items of the table, and of a rollout every earlier event that is missing besides. What is there already is left as it
   * is; items that are not archived, or are gone, are passed over.
   * @throws Error where the archive holds something else under the key of an item
   */
  keep(items: readonly WrittenOnce[]): Promise<Archived>;
}

/** Finds what was written once to the table. */
export interface WrittenItems {
  /** The keys under a partition that begin so, the last ones by their order, at most so many. */
  newest(pk: string, prefix: string, atMost: number): Promise<readonly WrittenOnce[]>;
}
