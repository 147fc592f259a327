/** Thrown before traffic is let in or tasks are removed, where the record of the rollout was changed outside of the product. */
export class RecordAltered extends Error {
  override readonly name = 'RecordAltered';

  constructor(rolloutId: string, what: string) {
    super(
      `The record of rollout ${rolloutId} was changed outside of Sluice: ${what} It lets no traffic in and removes no tasks.`,
    );
  }
}

/** Thrown likewise where it is not known whether the record is as the product wrote it: the same call may succeed later. */
export class RecordUnchecked extends Error {
  override readonly name = 'RecordUnchecked';

  constructor(rolloutId: string, why: string) {
    super(`The record of rollout ${rolloutId} could not be checked: ${why}`);
  }
}
