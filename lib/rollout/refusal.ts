/** The world is not as it must be, and only a person can change that; the message says what to change. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
