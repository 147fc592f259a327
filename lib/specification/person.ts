import * as z from 'zod';

/** The name of a role. */
export const roleName = z
  .string('expected the name of a role, such as tech-lead')
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected the name of a role in lower case, such as tech-lead')
  .meta({ kind: 'name', bounds: 'up to 32 lower-case letters, digits and `-`' });

/** Printable, without what could end a line or turn its direction: it stands in messages and on pages. */
const personName = z
  .string('expected the name of a person')
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'’@_-]{0,63}$/u,
    "expected a name of up to 64 letters, digits, spaces and . , ' @ _ -",
  )
  .meta({ kind: 'text', bounds: "up to 64 letters, digits, spaces and `.,'@_-`" });

/** One address; what stands here becomes a header. */
export const mailAddress = /^(?=[!-~]+$)[^\s@<>",;:\\()[\]]{1,64}@[a-zA-Z0-9.-]{1,190}$/;

/** `…:user/path/ana`, `…:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/ana@example.com`; no wildcard, as it would name several people. */
const personalPrincipal =
  /^arn:[a-z-]+:(?:iam::\d{12}:user\/[\w+=,.@/-]{1,512}|sts::\d{12}:assumed-role\/[\w+=,.@-]{1,64}\/[\w+=,.@-]{2,64})$/;

/** One person of a spec, with everything that they may be recognized by. */
export const person = z.strictObject(
  {
    name: personName.describe('Stands in the record, on pages and in messages; each person has another'),
    roles: z
      .array(roleName, 'expected a list of roles')
      .min(1, 'expected at least one role')
      .max(10, 'expected at most 10 roles')
      .meta({ bounds: '1 to 10 entries', description: 'What this person may decide as' }),
    mail: z
      .string('expected a mail address')
      .regex(mailAddress, 'expected a mail address, such as ana@example.com')
      .optional()
      .meta({
        kind: 'mail address',
        description:
          'Where personal links go; also whom an OIDC issuer must name where `identity` is `verified`. Without it: no mail',
      }),
    slack: z
      .string("expected a Slack member's id")
      .regex(/^[UW][A-Z0-9]{2,20}$/, "expected a Slack member's id, such as U012AB3CD")
      .optional()
      .meta({
        kind: 'Slack member id',
        description: 'Where direct messages go, and whose clicks on Slack buttons count. Without it: neither',
      }),
    slackTeam: z
      .string('expected the id of a Slack workspace')
      .regex(/^[TE][A-Z0-9]{2,20}$/, 'expected the id of a Slack workspace, such as T012AB3CD')
      .optional()
      .meta({
        kind: 'Slack workspace id',
        description:
          'The workspace that this member belongs to: clicks from another one do not count. Without it: any workspace that has the app of the stage',
      }),
    github: z
      .string('expected a GitHub login')
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'expected a GitHub login, such as ana-example')
      .optional()
      .meta({
        kind: 'GitHub login',
        description: 'Recognizes the author of a commit, and who ran a workflow, as the requester. Without it: neither',
      }),
    oidc: z
      .strictObject(
        {
          issuer: z
            .string('expected the address of an issuer')
            .regex(/^https:\/\/[!-~]{1,200}$/, 'expected an address that begins with https://')
            .meta({ kind: 'address', description: 'As the `iss` of its ID tokens has it' }),
          subject: z
            .string('expected a subject')
            .regex(/^[!-~]{1,255}$/, 'expected up to 255 printable ASCII characters without spaces')
            .meta({ kind: 'text', bounds: '1 to 255 characters', description: 'As the `sub` of its ID tokens has it' }),
        },
        'expected an issuer and a subject',
      )
      .optional()
      .describe(
        'Who this person is at an OIDC issuer: a sign-in counts by these two, not by the mail address. Without it: by `mail`',
      ),
    principals: z
      .array(
        z
          .string('expected the ARN of a principal')
          .regex(personalPrincipal, 'expected the ARN of an IAM user, or of one session of a role')
          .meta({ kind: 'ARN' }),
        'expected a list of ARNs',
      )
      .max(10, 'expected at most 10 principals')
      .optional()
      .meta({
        bounds: 'up to 10 entries',
        description:
          'IAM users and sessions that are this person alone. A session name may be chosen by its caller: only sessions of IAM Identity Center, and of roles whose trust policy fixes the name, belong here. Without it: none',
      }),
    alias: z.array(personName, 'expected a list of names').max(10, 'expected at most 10 names').optional().meta({
      bounds: 'up to 10 entries',
      description:
        'Other names under which this person requests rollouts, such as a CI account: the requester cannot approve. Without it: none',
    }),
  },
  'expected a person: a map with name and roles',
);
