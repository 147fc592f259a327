import * as z from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { ParameterValues, StackTemplate } from './stack-template.ts';

/** Variables of functions that an earlier version had its values in. */
const variables = {
  OIDC_ISSUER: 'OidcIssuer',
  OIDC_CLIENT_ID: 'OidcClientId',
  OIDC_CLIENT_SECRET: 'OidcClientSecret',
  CONSOLE_GROUPS: 'ConsoleGroups',
  SLACK_SIGNING_SECRET: 'SlackSigningSecret',
  LINKS_URL: 'LinksUrl',
} as const;

const withVariables = z.looseObject({
  Environment: z.looseObject({ Variables: z.record(z.string(), z.unknown()) }),
});
const withPattern = z.looseObject({
  EventPattern: z.looseObject({
    'detail-type': z.array(z.unknown()),
    account: z.array(z.unknown()).default([]),
    source: z.array(z.unknown()).default([]),
  }),
});
const limited = z.looseObject({ IpAddress: z.looseObject({ 'aws:SourceIp': z.array(z.string()) }) });
const reads = z.looseObject({ Action: z.array(z.string()), Resource: z.unknown() });
const everywhere = '0.0.0.0/0,::/0';

/** The stack whose template is read. */
interface Place {
  readonly name: string;
  readonly stage: string;
  readonly account: string;
}

/**
 * Returns what a deployed template says by itself of parameters that it has not yet, as their values: an earlier version wrote them into
 * the template where it was packaged from a clone, and a deployment must neither widen a stage nor end its sign-in unnoticed.
 * @param given names of parameters that are set now, so that nothing has to be kept of them
 * @throws CliFailure where it takes events of CI by a pattern that is no value of a parameter
 */
export function packagedValues(deployed: StackTemplate, place: Place, given: ParameterValues): ParameterValues {
  const found = Object.entries<string | undefined>({
    ...fromVariables(deployed, place),
    Secrets: secretsPath(deployed, place),
    LinksFrom: networks(deployed.Resources),
    ...origins(deployed, place, given),
  });
  const missing = found.filter(
    ([name, value]) => !(name in deployed.Parameters) && value !== undefined && value !== '',
  );
  return z.record(z.string(), z.string()).parse(Object.fromEntries(missing));
}

function fromVariables({ Resources }: StackTemplate, place: Place): Readonly<Record<string, string | undefined>> {
  const values = Object.values(Resources).flatMap(({ Properties }) => {
    const own = withVariables.safeParse(Properties);
    if (!own.success) return [];
    return Object.entries(variables).map(([variable, name]) => {
      return [name, textOf(own.data.Environment.Variables[variable], place)] as const;
    });
  });
  const known = new Map(values.filter(([, value]) => value !== undefined));
  const isDefault = known.get('SlackSigningSecret') === `ssm:/sluice/${place.stage}/slack-signing-secret`;
  return { ...Object.fromEntries(known), ...(isDefault && { SlackSigningSecret: '' }) };
}

/** A text, or one with nothing but the stage to fill in. */
function textOf(value: unknown, { stage }: Place): string | undefined {
  const sub = z.object({ 'Fn::Sub': z.string() }).safeParse(value);
  const text = sub.success ? sub.data['Fn::Sub'].replaceAll('${Stage}', stage) : value;
  return typeof text === 'string' && !text.includes('${') ? text : undefined;
}

function secretsPath({ Resources }: StackTemplate, { stage }: Place): string {
  const texts = every(Resources, reads)
    .filter(({ Action }) => Action.includes('ssm:GetParameter'))
    .flatMap(({ Resource }) => JSON.stringify(Resource).replaceAll('${Stage}', stage).split('"'));
  const paths = texts.flatMap(
    (text) => /:parameter\/(sluice\/[\w+=.@/-]+?)(?:\/prometheus)?\/\*$/.exec(text)?.[1] ?? [],
  );
  const [path = ''] = paths;
  return path === `sluice/${stage}` ? '' : path;
}

function networks(resources: StackTemplate['Resources']): string {
  const [found] = every(resources, limited);
  const text = found?.IpAddress['aws:SourceIp'].join(',') ?? '';
  return text === everywhere ? '' : text;
}

function origins({ Resources, Parameters }: StackTemplate, { name, account }: Place, given: ParameterValues) {
  const patterns = Object.values(Resources).flatMap(({ Properties }) => {
    const own = withPattern.safeParse(Properties);
    return own.success && own.data.EventPattern['detail-type'].includes('sluice.rollout.requested')
      ? [own.data.EventPattern]
      : [];
  });
  const [pattern] = patterns;
  if (pattern === undefined) return {};
  const accounts = pattern.account.map((one) => (typeof one === 'string' ? one : account));
  const RequestAccounts = accounts.join(',') === account ? '' : accounts.join(',');
  if (pattern.source.every((one) => typeof one === 'string')) {
    return { RequestAccounts, RequestSources: pattern.source.join(',') };
  }
  const isByDefault = JSON.stringify(pattern.source) === '[{"anything-but":{"prefix":"sluice"}}]';
  if (isByDefault || 'RequestSources' in given || 'RequestSources' in Parameters) return { RequestAccounts };
  throw new CliFailure(
    `Stack ${name} takes events of CI from sources by a pattern, ${JSON.stringify(pattern.source)}, which parameter RequestSources cannot hold. Name the sources: --parameter RequestSources=<source>,<source>`,
  );
}

/** Every value within another one that has a form. */
function every<Form extends z.ZodType>(value: unknown, form: Form): z.output<Form>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = form.safeParse(value);
  return own.success ? [own.data] : Object.values(value).flatMap((one) => every(one, form));
}
