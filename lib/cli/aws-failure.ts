interface Shape {
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

function textOf(value: unknown, key: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' ? found : '';
}

/** Name, message and code of whatever was thrown; the SDK wraps refused connections into errors without a message. */
function shapeOf(error: unknown): Shape {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return {
    name: textOf(error, 'name'),
    message: textOf(error, 'message') || textOf(inner, 'message') || String(error),
    code: textOf(error, 'code') || textOf(inner, 'code'),
  };
}

interface Explanation {
  readonly fits: (shape: Shape) => boolean;
  readonly say: (shape: Shape) => string;
}

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNRESET', 'EHOSTUNREACH']);

const explanations: readonly Explanation[] = [
  {
    fits: ({ message }) => message.includes('Region is missing'),
    say: () => 'No AWS region is known. Add --region, or set AWS_REGION.',
  },
  {
    fits: ({ message }) => message.startsWith('Region not accepted'),
    say: ({ message }) => `${message}. Name one such as eu-west-1, with --region or AWS_REGION.`,
  },
  {
    fits: ({ code }) => code === 'ERR_INVALID_URL',
    say: () =>
      'AWS_ENDPOINT_URL is no URL. Correct it, such as http://127.0.0.1:4566, or unset it to reach AWS itself.',
  },
  {
    fits: ({ name }) => name === 'CredentialsProviderError' || name === 'TokenProviderError',
    say: ({ message }) =>
      `No AWS credentials are usable (${message}). Log in, for example with: aws sso login, or set AWS_PROFILE.`,
  },
  {
    fits: ({ name }) => name.startsWith('ExpiredToken'),
    say: () => 'The AWS credentials have expired. Log in again, for example with: aws sso login',
  },
  {
    fits: ({ name }) =>
      name === 'UnrecognizedClientException' || name.startsWith('InvalidSignature') || name === 'IncompleteSignature',
    say: ({ message }) =>
      `AWS does not take these credentials (${message}). Log in again, or check AWS_PROFILE and the clock.`,
  },
  {
    fits: ({ name }) => name.startsWith('AccessDenied') || name === 'NotAuthorized',
    say: ({ message }) => `AWS does not allow it: ${message} Use a role that may, or add this permission to yours.`,
  },
  {
    fits: ({ code, name }) => unreachable.has(code) || name === 'TimeoutError',
    say: ({ message }) =>
      `AWS cannot be reached (${message}). Check the network, --region and AWS_ENDPOINT_URL, and try again.`,
  },
  {
    fits: ({ name }) => name.startsWith('Throttling') || name.endsWith('ThroughputExceededException'),
    say: ({ message }) => `AWS asks to slow down (${message}). Try again in a minute.`,
  },
];

/** Whatever a command ran into, as one sentence with the next step. */
export function explainAwsFailure(error: unknown): string {
  const shape = shapeOf(error);
  const known = explanations.find(({ fits }) => fits(shape));
  if (known !== undefined) return known.say(shape);
  const name = shape.name === '' || shape.name === 'Error' ? '' : `${shape.name}: `;
  return `${name}${shape.message.trim()} Try again; if it stays, the rollout's execution in the AWS console says more.`;
}
