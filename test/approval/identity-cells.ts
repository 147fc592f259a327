import type { Caller } from '../../lib/approval/caller.ts';
import type { DecisionAction } from '../../lib/approval/decision-actions.ts';
import type { Approvals } from '../../lib/specification/approvals.ts';
import type { Requester } from '../../lib/rollout/requester.ts';
import { people } from '../usecases/journey.ts';

/** The account of the local AWS, where the same callers sign their requests. */
export const account = '000000000000';
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const session = (role: string, name: string) => `arn:aws:sts::${account}:assumed-role/${role}/${name}`;

/** Who calls, by the principal that AWS verifies. */
export const callers = {
  ana: { principal: user('ana'), standing: 'one', why: '' },
  /** Ana again: a session of IAM Identity Center, and one of a role whose trust policy fixes the name. */
  center: {
    principal: session('AWSReservedSSO_Deploy_0123456789abcdef', 'ana@example.com'),
    standing: 'one',
    why: '',
  },
  fixed: { principal: session('Fixed', 'ana'), standing: 'one', why: '' },
  cleo: { principal: user('cleo'), standing: 'one', why: '' },
  gus: { principal: user('gus'), standing: 'one', why: '' },
  unlisted: { principal: user('dave'), standing: 'one', why: '' },
  shared: { principal: session('Open', 'ben'), standing: 'shared', why: 'names are chosen' },
  listedButShared: { principal: session('Open', 'ana'), standing: 'shared', why: 'names are chosen' },
  /** Ana at a moment in which IAM does not say what role that is. */
  unread: { principal: session('Fixed', 'ana'), standing: 'unread', why: 'IAM does not answer' },
} as const satisfies Readonly<Record<string, Caller>>;
export type Who = keyof typeof callers;

const [ana, ben, cleo] = ['Ana', 'Ben', 'Cleo'].map((name) => people.find((one) => one.name === name));
if (ana === undefined || ben === undefined || cleo === undefined)
  throw new Error('The sample names Ana, Ben and Cleo.');

/** Ana and Cleo are listed with their principals, Ben is not; Gus approves nothing. */
const everyone = [
  {
    ...ana,
    principals: (['ana', 'center', 'fixed', 'listedButShared'] as const).map((who) => callers[who].principal),
  },
  ben,
  { ...cleo, principals: [callers.cleo.principal] },
  { name: 'Gus', roles: ['guest'], principals: [callers.gus.principal] },
];

/** What they say of themselves. */
export const names = {
  nothing: undefined,
  Ana: 'Ana',
  Ben: 'Ben',
  Cleo: 'cleo@example.com',
  mallory: 'mallory',
} as const;
type Name = keyof typeof names;

type Setting = 'link' | 'verified';
const settings = ['link', 'verified'] as const;
export type Action = DecisionAction | 'override';
const lets: readonly Action[] = ['approve', 'promote', 'promoteFully', 'resume', 'override'];
const actions: readonly Action[] = [...lets, 'reject', 'pause', 'abort'];

/** The settings of a spec in which these people decide. */
export const approvalsWith = (base: Approvals, identity: Setting): Approvals => ({
  ...base,
  people: everyone,
  required: ['tech-lead', 'product-manager', 'qa'],
  identity,
});

/** A rollout that Cleo requested as her principal. */
export const byCleo: Requester = { standing: 'named', identities: [callers.cleo.principal] };

/** One question of the matrix. */
export interface Cell {
  readonly action: Action;
  readonly who: Who;
  readonly name: Name;
  readonly identity: Setting;
}

/** Returns whether a cell should count, by the rules as docs/approvals.md has them. */
export function shouldCount({ action, who, name, identity }: Cell): boolean {
  const isAna = who === 'ana' || who === 'center' || who === 'fixed';
  const isListed = isAna || who === 'cleo' || who === 'gus';
  const isPerson = isListed || name === 'Ana' || name === 'Ben' || name === 'Cleo';
  if (!lets.includes(action)) return action === 'reject' ? isPerson : true;
  // The requester, a person of no role that approves, and what IAM did not tell.
  if (who === 'cleo' || who === 'gus' || who === 'unread') return false;
  // A listed principal is that person alone.
  if (isAna) return name === 'nothing' || name === 'Ana';
  // Any other is taken at their word for a person without principals, where the spec asks for no proof.
  return name === 'Ben' && identity === 'link';
}

/** Every principal with every name, action and setting. */
export const matrix: readonly Cell[] = actions.flatMap((action) =>
  (Object.keys(callers) as readonly Who[]).flatMap((who) =>
    (Object.keys(names) as readonly Name[]).flatMap((name) =>
      settings.map((identity) => ({ action, who, name, identity })),
    ),
  ),
);
