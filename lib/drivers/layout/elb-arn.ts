import * as z from 'zod';
import { quote } from '../../specification/text/plain-text.ts';

type ElbResource = 'target group' | 'listener' | 'listener rule';

/** An ARN of Elastic Load Balancing, as far as a spec depends on it. */
export interface ElbArn {
  /** Partition, region and account, in the ARN's own writing: `aws:eu-west-1:111122223333`. */
  readonly place: string;
  readonly resource: ElbResource;
  /** `app/main/50dc6c495c0c9188`; a target group does not say which balancer it belongs to. */
  readonly balancer: string | undefined;
}

const id = '[0-9a-f]{1,64}';
const name = '[A-Za-z0-9-]{1,32}';

const patterns: Readonly<Record<ElbResource, RegExp>> = {
  'target group': new RegExp(`^targetgroup/${name}/${id}$`),
  listener: new RegExp(`^listener/(app/${name}/${id})/${id}$`),
  'listener rule': new RegExp(`^listener-rule/(app/${name}/${id})/${id}/${id}$`),
};

const example = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const examples: Readonly<Record<ElbResource, string>> = {
  'target group': `${example}:targetgroup/web-a/0123456789abcdef`,
  listener: `${example}:listener/app/main/0123456789abcdef/0123456789abcdef`,
  'listener rule': `${example}:listener-rule/app/main/0123456789abcdef/0123456789abcdef/0123456789abcdef`,
};

const prefix = /^arn:(aws[a-z-]*:)elasticloadbalancing:([a-z0-9-]+:\d{12}):(.+)$/;

/** Reads an ARN of the given kind; `undefined` where the text is none. */
export function parseElbArn(text: string, resource: ElbResource): ElbArn | undefined {
  const [, partition, regionAndAccount, path] = prefix.exec(text) ?? [];
  if (partition === undefined || regionAndAccount === undefined || path === undefined) return undefined;
  const match = patterns[resource].exec(path);
  return match === null ? undefined : { place: partition + regionAndAccount, resource, balancer: match[1] };
}

/** What an ARN of the wrong kind names, so that the message can say more than "no". */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [
    /:(?:listener|listener-rule|loadbalancer)\/net\//,
    'a Network Load Balancer, which has no header rules and counts no HTTP errors to judge green by',
  ],
  [
    /:(?:listener|listener-rule|loadbalancer)\/gwy\//,
    'a Gateway Load Balancer, which has no HTTP traffic to judge green by',
  ],
  [/:loadbalancer\//, 'a load balancer'],
  [/:listener-rule\//, 'a listener rule'],
  [/:listener\//, 'a listener'],
  [/:targetgroup\//, 'a target group'],
  [/^arn:aws[a-z-]*:ecs:/, 'something of ECS'],
];

function wrongArn(text: string, wanted: ElbResource): string {
  const expected = `expected the ARN of a${wanted === 'target group' ? ' target group' : `n Application Load Balancer's ${wanted}`}, such as ${examples[wanted]}`;
  const named = text.startsWith('arn:') ? otherKinds.find(([pattern]) => pattern.test(text))?.[1] : undefined;
  const isOther = named !== undefined && named !== `a ${wanted}`;
  return `${quote(text)} ${isOther ? `names ${named}` : 'is no such ARN'}, ${expected}`;
}

/** The ARN of a target group, or of an Application Load Balancer's listener or rule. */
export function elbArn(wanted: ElbResource) {
  const article = wanted === 'target group' ? 'a target group' : `an Application Load Balancer's ${wanted}`;
  return z
    .string(`expected the ARN of ${article}`)
    .superRefine((text, context) => {
      if (parseElbArn(text, wanted) === undefined) context.addIssue(wrongArn(text, wanted));
    })
    .meta({ kind: 'ARN' });
}
