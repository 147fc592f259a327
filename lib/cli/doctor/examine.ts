import { ofStack } from './stack.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import type { AccountFacts } from './account-facts.ts';
import { asked } from './asking.ts';
import { callersRights } from './callers-rights.ts';
import { type Diagnosis, diagnosis, topics } from './diagnosis.ts';
import type { LookedSpec, Patient } from './patient.ts';
import { quotas } from './quotas.ts';
import { services } from './services.ts';
import { sharedBetweenServices } from './shared-places.ts';
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
  const calling = asked(
    { topic: 'account', what: 'Who calls', rights: [{ action: 'sts:GetCallerIdentity', resource: '*' }] },
    () => account.caller(),
  );
  const called = calling.then((one) => ('answer' in one ? one.answer.principal : undefined));
  // What depends on nothing is asked while the caller is: nobody waits for one answer after the other.
  const reading = readStage(options, files, { account, called }, context);
  // Its error counts only where the caller is known.
  reading.catch(() => undefined);
  const caller = await calling;
  // Without credentials no other question has an answer.
  if ('unknown' in caller)
    return {
      stage,
      ...{ region: options.region, account: undefined, rolloutsAtOnce: undefined },
      results: [caller.unknown],
    };
  const { principal } = caller.answer;
  const { region, deployed, connected, applied } = await reading;
  const who = diagnosis(
    'account',
    'well',
    `Account ${caller.answer.account}, region ${region}, called as ${principal}.`,
  );
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
    sharedBetweenServices(patient),
  ]);
  const results = [who, ...deployed.found, ...applied.found, ...others.flat(), ...ofQuotas.found];
  return {
    ...{ stage, region, account: caller.answer.account, rolloutsAtOnce: ofQuotas.rolloutsAtOnce },
    results: topics.flatMap((topic) => results.filter((one) => one.topic === topic)),
  };
}

/** Reads what of a stage depends on no other answer, all at once. */
async function readStage(
  options: StackOptions,
  files: readonly LookedSpec[],
  { account, called }: { readonly account: AccountFacts; readonly called: Promise<string | undefined> },
  context: CliContext,
) {
  const region = await account.region();
  const connected = await context.connect(options);
  const [deployed, specs] = await Promise.all([
    ofStack(options, region, called, context),
    files.length > 0 ? { specs: files, found: [] } : appliedSpecs(called, options.stage, connected),
  ]);
  // Without a stack there is no table, which is no news.
  const isThere = files.length > 0 || deployed.stack !== undefined;
  return { region, connected, deployed, applied: isThere ? specs : { specs: [], found: [] } };
}

async function appliedSpecs(
  principal: Promise<string | undefined>,
  stage: string,
  { store }: Patient['connected'],
): Promise<{ readonly specs: readonly LookedSpec[]; readonly found: readonly Diagnosis[] }> {
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
