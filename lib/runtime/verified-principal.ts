import * as z from 'zod';

/**
 * An event of a REST API's proxy integration, as far as it says who calls. API Gateway writes the identity from the signature that it
 * verified: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export const signedContext = z.object({
  stage: z.string(),
  identity: z.object({
    userArn: z.string().nullish(),
    /** Unique id of the user or role, with the session's name. */
    caller: z.string().nullish(),
    accountId: z.string().nullish(),
    principalOrgId: z.string().nullish(),
  }),
});

const principal = /^arn:[a-z-]+:(?:iam|sts)::\d{12}:[\x21-\x7E]{1,700}$/;

/**
 * Returns the principal that AWS verified; `undefined` where there is none.
 * @param stage of the API: a request of the console's test, which IAM does not check, names another one
 */
export function verifiedPrincipal(context: z.output<typeof signedContext>, stage: string): string | undefined {
  const { userArn } = context.identity;
  return context.stage === stage && typeof userArn === 'string' && principal.test(userArn) ? userArn : undefined;
}
