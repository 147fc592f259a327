import { ofStack } from './stack.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { asked } from './asking.ts';
import { callersRights } from './callers-rights.ts';
import { type Diagnosis, diagnosis, topics } from './diagnosis.ts';
import type { LookedSpec, Patient } from './patient.ts';
import { quotas } from './quotas.ts';
import { services } from './services.ts';
import { stacksRights } from './stacks-rights.ts';
import { tags } from './tags.ts';
import { trail } from './trail.ts';

/** What a stage has and lacks. */
export interface Examination {
  readonly stage: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
  readonly rolloutsAtOnce: number | undefined;
  /** By topic, in the order of `topics`. */
  readonly results: readonly Diagnosis[];
}

/** Puts every question, and changes nothing. @param files specs that are read in place of those that are applied */
export async function examine(
  options: StackOptions,
  files: readonly LookedSpec[],
  context: CliContext,
): Promise<Examination> {
  const { stage } = options;
  const account = await context.account(options);
  const caller = await asked(
    { topic: 'account', what: 'Who calls', rights: [{ action: 'sts:GetCallerIdentity', resource: '*' }] },
    () => account.caller(),
  );
  // Without credentials no other question has an answer.
  if ('unknown' in caller)
    return {
      stage,
      ...{ region: options.region, account: undefined, rolloutsAtOnce: undefined },
      results: [caller.unknown],
    };
  const { principal } = caller.answer;
  const region = await account.region();
  const who = diagnosis(
    'account',
    'well',
    `Account ${caller.answer.account}, region ${region}, called as ${principal}.`,
  );
  const deployed = await ofStack(options, region, principal, context);
  const connected = await context.connect(options);
  const applied =
    files.length > 0
      ? { specs: files, found: [] }
      : await appliedSpecs(deployed.stack !== undefined, principal, stage, connected);
  const look = await context.look({ region });
  const patient: Patient = {
    ...{ stage, region, account, caller: caller.answer, connected, look, now: context.now() },
    ...{ stack: deployed.stack, resources: deployed.resources, specs: applied.specs },
  };
  const [ofQuotas, ...others] = await Promise.all([
    quotas(patient),
    callersRights(patient),
    stacksRights(patient),
    tags(patient),
    trail(patient),
    services(patient),
  ]);
  const results = [who, ...deployed.found, ...applied.found, ...others.flat(), ...ofQuotas.found];
  return {
    ...{ stage, region, account: caller.answer.account, rolloutsAtOnce: ofQuotas.rolloutsAtOnce },
    results: topics.flatMap((topic) => results.filter((one) => one.topic === topic)),
  };
}

async function appliedSpecs(
  hasStack: boolean,
  principal: string,
  stage: string,
  { store }: Patient['connected'],
): Promise<{ readonly specs: readonly LookedSpec[]; readonly found: readonly Diagnosis[] }> {
  if (!hasStack) return { specs: [], found: [] };
  const rights = ['dynamodb:Query', 'dynamodb:GetItem'].map((action) => ({ action, resource: '*' }));
  const answer = await asked({ topic: 'services', what: 'Which specs are applied', rights, principal }, async () => {
    const names = await store.services();
    return Promise.all(names.map(async (name) => ({ name, applied: await store.spec(name) })));
  });
  if ('unknown' in answer) return { specs: [], found: [answer.unknown] };
  const specs = answer.answer.flatMap(({ name, applied }) =>
    applied === undefined ? [] : [{ spec: applied.spec, of: name }],
  );
  if (specs.length > 0) return { specs, found: [] };
  const says = `No spec is applied in stage ${stage}: nothing was asked of services.`;
  return { specs, found: [diagnosis('services', 'doubtful', says, [`sluice apply <file> --stage ${stage}`])] };
}
