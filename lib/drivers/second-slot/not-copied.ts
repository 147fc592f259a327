/** A part of a first slot that cannot be copied, with what a person has to do about it. */
export class NotCopied extends Error {
  override readonly name = 'NotCopied';
}
