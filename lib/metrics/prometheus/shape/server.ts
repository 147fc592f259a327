import * as z from 'zod';

const secretExpected =
  'expected where the secret is, in a folder `prometheus`: ssm:/sluice/<stage>/prometheus/<name> (a SecureString parameter) or secretsmanager:sluice/<stage>/prometheus/<name>, with #<key> for one field of a JSON secret';

/**
 * Where the credentials for a server are kept. Only names in a folder `prometheus` are taken: a spec names the host as well, and must
 * not be a way to send the secret of a channel there.
 */
const secretReference = z
  .string(secretExpected)
  .regex(
    /^(?:ssm:\/sluice(?:\/[A-Za-z0-9_.-]{1,100}){0,8}\/prometheus\/[A-Za-z0-9_.-]{1,100}|secretsmanager:sluice(?:\/[A-Za-z0-9_+=.@-]{1,100}){0,8}\/prometheus\/[A-Za-z0-9_+=.@-]{1,100})(?:#[A-Za-z0-9_-]{1,64})?$/,
    // Not with the words around it that show what was written: it may be the secret itself.
    `this is not where a secret is kept, ${secretExpected}`,
  )
  .meta({ kind: 'secret', bounds: '`ssm:/sluice/…/prometheus/…` or `secretsmanager:sluice/…/prometheus/…`' });

const urlExpected = 'expected an https URL with the name of a host';

const byUrl = z
  .strictObject({
    url: z
      .url({ protocol: /^https$/, hostname: z.regexes.domain, error: urlExpected })
      .max(500, 'expected at most 500 characters')
      .refine((url) => !/[@?#\\\s]/.test(url), 'expected a URL without user, query and fragment')
      .meta({
        kind: 'URL',
        bounds: 'https, with the name of a host',
        description: 'Where Prometheus, or what speaks its HTTP API, answers; `/api/v1/query_range` is put behind it',
      }),
    token: secretReference.optional().describe('Sent as a bearer token'),
    basic: secretReference.optional().describe('In place of `token`: holds `user:password`'),
  })
  .superRefine(({ token, basic }, context) => {
    if (token === undefined || basic === undefined) return;
    context.addIssue({ code: 'custom', path: ['basic'], message: 'both `token` and `basic` are given, expected one' });
  });

const workspaceExpected = 'expected the id of a workspace, such as ws-0123abcd-4567-89ab-cdef-0123456789ab';

const managed = z.strictObject({
  workspace: z
    .string(workspaceExpected)
    .regex(/^ws-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, workspaceExpected)
    .meta({
      kind: 'id',
      description:
        'In place of `url`: a workspace of Amazon Managed Service for Prometheus in the account of the stack, asked with the signature of the function',
    }),
  region: z
    .string('expected a region, such as eu-west-1')
    .regex(/^[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d$/, 'expected a region, such as eu-west-1')
    .optional()
    .meta({ kind: 'region', description: 'Where the workspace is. Without it: where the service is' }),
});

/** The Prometheus of a spec. */
export const prometheusServer = z.union([byUrl, managed], 'expected either `url`, or `workspace`');

export type PrometheusServer = z.output<typeof prometheusServer>;
