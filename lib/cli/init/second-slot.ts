import type { ServiceLook } from '../../drivers/service-look.ts';
import { planSecondSlot } from '../../drivers/second-slot/plan-second-slot.ts';
import { cdkText } from '../../drivers/second-slot/cdk-text.ts';
import { cloudFormationText } from '../../drivers/second-slot/cloudformation-text.ts';
import type { CodePlace } from '../../drivers/second-slot/code-place.ts';
import { NotCopied } from '../../drivers/second-slot/not-copied.ts';
import type { SecondSlot } from '../../drivers/second-slot/slot-to-copy.ts';
import { terraformText } from '../../drivers/second-slot/terraform-text.ts';
import { counted } from '../../specification/text/counted.ts';
import { CliFailure } from '../cli-context.ts';
import { seenService } from './found-service.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { serviceName } from './written-spec.ts';

/** Languages of infrastructure code, as options name them. */
export const languages = ['cloudformation', 'cdk', 'terraform'] as const;
export type Language = (typeof languages)[number];

/** A second slot as infrastructure code. */
export interface WrittenSlot {
  readonly file: string;
  readonly text: string;
  /** What it makes, as a clause. */
  readonly makes: string;
  /** What to run with it, in order. */
  readonly deploy: readonly string[];
  readonly notes: readonly string[];
}

interface Wanted {
  readonly cluster: string;
  readonly service: string;
  readonly other: string | undefined;
  readonly container: string | undefined;
  /** What the service is called in rollouts, where that does not follow from its slots. */
  readonly name: string | undefined;
  /** The stage whose rollouts write the weights that the code reads. */
  readonly stage: string;
}

/**
 * Returns the second slot that a service lacks, as infrastructure code; `undefined` where it has two.
 * @throws CliFailure where a person has to write a part of it
 */
export async function writtenSlot(
  wanted: Wanted,
  language: Language,
  look: ServiceLook,
): Promise<WrittenSlot | undefined> {
  const seen = await seenService(wanted, look);
  const { rules, other } = seen;
  if (other !== undefined && rules.length > 0) return undefined;
  if (rules.length === 0 || other !== undefined) throw new CliFailure(whatIsMissing({ asked: wanted, ...seen }));
  const listeners = [...new Set(rules.map(({ listener }) => listener))];
  const all = new Map(await Promise.all(listeners.map(async (one) => [one, (await look.rulesOf(one)) ?? []] as const)));
  const { cluster, service } = wanted;
  const slot = await orFailure(async () =>
    planSecondSlot(
      await look.slotToCopy({ cluster, service }),
      rules.map((rule) => ({ ...rule, all: all.get(rule.listener) ?? [] })),
    ),
  );
  const [taken] = await look.services(cluster, [slot.service]);
  if (taken?.active === true) {
    throw new CliFailure(
      `ECS service ${slot.service} is there already, and stands beside ${service} in no rule. Name it with --other if it is the second slot; otherwise give it another name.`,
    );
  }
  const scaling = await look.scalingOf({ cluster, service });
  const notes = [
    ...slot.rules.map(({ before, priority }) =>
      before.includes(':listener/')
        ? `The default action of ${before} stays as it is: requests that no other rule takes meet the new rule of priority ${priority} first.`
        : `${before} stays as it is: its requests meet the new rule of priority ${priority} first. Take that former rule away in your infrastructure code once a rollout has succeeded.`,
    ),
    ...(slot.like.leftOut.length === 0
      ? []
      : [`Left out, as only you know whether both need it: ${slot.like.leftOut.join(', ')} of ${service}.`]),
    ...(scaling === undefined
      ? []
      : [
          `${service} scales by itself: give ${slot.service} the same scalable target, policies and scheduled actions; sluice check says what differs.`,
        ]),
    `Let the code of ${service} leave its count and task definition alone: rollouts change both.`,
  ];
  const code = await orFailure(() => Promise.resolve(codeOf(slot, language, placeOf(slot, wanted))));
  return { ...code, makes: makesOf(slot), notes };
}

/** @throws CliFailure where a part was refused */
async function orFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotCopied) throw new CliFailure(error.message);
    throw error;
  }
}

function placeOf({ like, service, groups }: SecondSlot, { name, stage }: Wanted): CodePlace {
  const [, , , region = '', account = ''] = groups[0]?.arn.split(':') ?? [];
  // The spec calls the first by name slot a.
  const isFirst = like.service < service;
  const rolledOut = name ?? serviceName([{ service: like.service }, { service }]);
  const weightOf = (slot: 'a' | 'b') => `/sluice/${stage}/weights/${rolledOut}/${slot}`;
  return {
    stack: service.replaceAll(/[^A-Za-z0-9-]+/g, '-').replace(/^[^A-Za-z]+/, ''),
    ...{ region, account },
    weights: { first: weightOf(isFirst ? 'a' : 'b'), second: weightOf(isFirst ? 'b' : 'a') },
  };
}

/** A template reads the weights that rollouts have written: they have to be there before the first one. */
function parametersOf({ region, weights }: CodePlace): readonly string[] {
  const put = (name: string, value: number) =>
    `aws ssm put-parameter --type String --name ${name} --value ${value} --region ${region}`;
  return [put(weights.first, 100), put(weights.second, 0)];
}

function makesOf({ service, groups, rules }: SecondSlot): string {
  return `ECS service ${service}, ${counted(groups.length, 'target group')} and ${counted(rules.length, 'rule')}`;
}

const head = (slot: SecondSlot): readonly string[] => [
  `The second slot of ${slot.like.service}, like the first one. Its rules send all requests to the first slot.`,
  'Rollouts of Sluice move the weights of the rules, and the count and task definition of the service: change none of them here.',
];

function codeOf(slot: SecondSlot, language: Language, place: CodePlace): Pick<WrittenSlot, 'file' | 'text' | 'deploy'> {
  const name = `infrastructure/${place.stack}`;
  switch (language) {
    case 'cloudformation':
      return {
        file: `${name}.yml`,
        text: cloudFormationText(slot, place, head(slot)),
        deploy: [
          ...parametersOf(place),
          `aws cloudformation deploy --stack-name ${place.stack} --template-file ${name}.yml --region ${place.region}`,
        ],
      };
    case 'cdk':
      return {
        file: `${name}.ts`,
        text: cdkText(slot, place, head(slot)),
        deploy: [
          ...parametersOf(place),
          'npm install --save-dev aws-cdk aws-cdk-lib constructs',
          `npx cdk deploy --app "node ${name}.ts" ${place.stack}`,
        ],
      };
    case 'terraform':
      return {
        file: `${name}/main.tf`,
        text: terraformText(slot, place, head(slot)),
        deploy: [`terraform -chdir=${name} init && terraform -chdir=${name} apply`],
      };
  }
}
