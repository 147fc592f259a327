/** Thrown where a newer version of the product wrote what is read: what this version made of it would be a guess. */
export class NewerRecord extends Error {
  override readonly name = 'NewerRecord';

  /** @param item what was read @param found what this version does not know of it */
  constructor(item: string, found: string) {
    super(
      `${item} was written by a newer version of Sluice, with ${found}, which this version does not know. Update what reads it: deploy the newer stack to this stage again, or install the newer command line.`,
    );
  }
}
