/** A refusal as AWS words it; each protocol writes it in its own way. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's error code, for example `TargetGroupNotFound`. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;

  /** What an answer in JSON has besides. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** What ELB answers to a value that does not fit. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** What ECS answers to a value that does not fit. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
