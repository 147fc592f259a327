/** A command that cannot do what it was asked; the message names the thing, the reason and the next step. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The stack's API does not take a command; what stops a rollout may be done without it. */
export class ApiAway extends CliFailure {
  constructor(why: string) {
    super(`The API of the stack does not take this command: ${why}.`);
  }
}
