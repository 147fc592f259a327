import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import { isActive } from '../../rollout/phase.ts';
import { asked } from './asking.ts';
import { type Diagnosis, diagnosis, shellWord } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** Says whether the stack has the tags that costs and owners are found by, and whether rules with a rollout's tag have outlived it. */
export async function tags(patient: Patient): Promise<readonly Diagnosis[]> {
  const { stack, specs } = patient;
  const ofStack = stack === undefined ? [] : [tagsOfStack(stack.tags, patient)];
  const listeners = new Set(
    specs.flatMap(({ spec }) => (driverOf(spec).weightsComeLater ? [] : trafficOf(spec).map(listenerIn))),
  );
  const ofRules = await Promise.all([...listeners].map((listener) => rulesOf(listener, patient)));
  return [...ofStack, ...ofRules.flat()];
}

function tagsOfStack(found: Readonly<Record<string, string>>, { stage, region }: Patient): Diagnosis {
  const lacking = Object.entries({ application: 'sluice', stage }).filter(([key, value]) => found[key] !== value);
  if (lacking.length === 0) return diagnosis('tags', 'well', `The stack has its tags, application and stage.`);
  const names = lacking.map(([key, value]) => `${key} = ${value}`).join(', ');
  return diagnosis('tags', 'doubtful', `The stack lacks the tags ${names}, by which its costs are found.`, [
    `sluice stack deploy --stage ${stage} --region ${region}`,
  ]);
}

/** The listener of a target; the ARN of a rule has that of its listener in it. */
function listenerIn(target: { readonly rule: string } | { readonly listener: string }): string {
  if ('listener' in target) return target.listener;
  return target.rule.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}

/** Rules with a rollout's tag that has ended: nobody removes them any more, and each takes a place of the load balancer. */
async function rulesOf(listener: string, patient: Patient): Promise<readonly Diagnosis[]> {
  const { connected, region, caller } = patient;
  const actions = ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTags', 'dynamodb:GetItem'];
  const found = await asked(
    {
      topic: 'tags',
      what: `Which rules of ${listener} rollouts have left`,
      rights: actions.map((action) => ({ action, resource: '*' })),
      principal: caller.principal,
    },
    async () => {
      const { router } = await connected.slots();
      const tagged = await router.taggedRoutesOf(listener);
      const ended = await Promise.all(
        tagged.map(async (rule) => {
          const state = (await connected.store.load(rule.rolloutId))?.state;
          // Of another stage, or one that is at work: not ours to judge.
          return state === undefined || isActive(state) ? [] : [rule];
        }),
      );
      return ended.flat();
    },
  );
  if ('unknown' in found) return [found.unknown];
  return found.answer.map(({ arn, rolloutId }) =>
    diagnosis('tags', 'doubtful', `Rule ${arn} is of rollout ${rolloutId}, which has ended.`, [
      `aws elbv2 delete-rule --rule-arn ${shellWord(arn)} --region ${region}`,
    ]),
  );
}
