import type { RoutingAction } from '../../lib/drivers/rules/routing.ts';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { apply, type Before, type Play, type Stage } from './plays.ts';
import { good } from './two-pushes.ts';

/** States that ask the table by themselves. */
const asking = ['Claim', 'FindClaimer', 'TakeOver', 'AssertClaim'];
/** Tries of state `Claim` before it gives up for this minute. */
const triesOfClaim = 5;

/** The table does not answer for so many rounds of claiming; then something may happen, and it does. */
export function tableLost(rounds: number, thenBack: () => void = () => undefined): Before {
  let claims = 0;
  return (state, _, machine) => {
    if (machine !== 'rollback' || !asking.includes(state)) return;
    if (state === 'Claim') claims += 1;
    if (claims <= rounds * triesOfClaim) throw new Error('the table does not answer');
    if (claims === rounds * triesOfClaim + 1 && state === 'Claim') thenBack();
  };
}

/** A rollout's execution dies at 50 %; returns what its guard starts the rollback machine with. */
export async function diedAtHalf({ world, walk }: Stage): Promise<Readonly<Record<string, unknown>>> {
  await walk('rollout', good, { before: dyingAtHalfOf(modelArns.rule) });
  world.time += 200_000;
  return guardInput(world);
}

const dying = ['AnalyseGreen', 'DelayRollout', 'RequestRollback', 'StartRollback'];

/** The execution dies once green has half of what a rule or listener forwards. */
function dyingAtHalfOf(arn: string): Before {
  return (state, world, machine) => {
    const isHalf = JSON.stringify(world.actions.get(arn)).includes('"Weight":50');
    if (machine === 'rollout' && isHalf && dying.includes(state)) throw new Error('stopped');
  };
}

/** What the guard that is due next starts the machine with. */
function guardInput(world: ModelWorld): Readonly<Record<string, unknown>> {
  const [next] = world.schedules.due(new Date(world.time));
  return { ...(next?.input as Readonly<Record<string, unknown>>) };
}

/** A rollout dies at 50 %, something happens to its rule or its slots, and then the guard finds no table for two rounds. */
function withoutTable(meanwhile: (world: ModelWorld) => unknown = () => undefined, more: object = {}): Play {
  return async (stage) => {
    const input = await diedAtHalf(stage);
    await meanwhile(stage.world);
    await stage.walk('rollback', { ...input, ...more }, { before: tableLost(2) }, 'by-the-guard');
  };
}

export const logins: readonly RoutingAction[] = [
  {
    Type: 'authenticate-oidc',
    Order: 1,
    AuthenticateOidcConfig: {
      Issuer: 'https://id.example.com',
      AuthorizationEndpoint: 'https://id.example.com/authorize',
      TokenEndpoint: 'https://id.example.com/token',
      UserInfoEndpoint: 'https://id.example.com/me',
      ClientId: 'shop',
      SessionTimeout: 300,
    },
  },
  {
    Type: 'jwt-validation',
    Order: 2,
    JwtValidationConfig: { Issuer: 'https://id.example.com', JwksEndpoint: 'https://id.example.com/jwks.json' },
  },
];

/** Others put logins before what a rule does with its traffic. */
export function addLogins({ actions }: ModelWorld): void {
  const forward = (actions.get(modelArns.rule) ?? []).map((action) => ({ ...action, Order: 3 }));
  actions.set(modelArns.rule, [...logins, ...forward]);
}

/** Others have a rule forward to a third target group, too. */
export function addGroup({ actions }: ModelWorld): void {
  const groups = [modelArns.groupA, modelArns.groupB, `${modelArns.groupA}c`];
  const TargetGroups = groups.map((TargetGroupArn) => ({ TargetGroupArn, Weight: 30 }));
  actions.set(modelArns.rule, [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
}

/** One of blue's two targets fails. */
export function halveBlue(world: ModelWorld): void {
  const health = world.router.targetHealth.bind(world.router);
  world.router.targetHealth = (group) =>
    group === modelArns.groupA ? Promise.resolve({ healthy: 1, unhealthy: 1, total: 2 }) : health(group);
}

/** Others give each slot half of a rule's traffic. */
export function halveTraffic({ actions }: ModelWorld): void {
  const TargetGroups = [modelArns.groupA, modelArns.groupB].map((TargetGroupArn) => ({ TargetGroupArn, Weight: 50 }));
  actions.set(modelArns.rule, [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
}

/** Writes of rules are answered, and so many of them never made. */
export function loseWrites(world: ModelWorld, number: number): void {
  const set = world.actions.set.bind(world.actions);
  let left = number;
  world.actions.set = (...written) => {
    left -= 1;
    return left < 0 ? set(...written) : world.actions;
  };
}

/** The rollout that the guard's input names ends in another way than by dying. */
function endedBy(error: string): (world: ModelWorld) => void {
  return ({ ends }) => {
    for (const arn of ends.keys()) ends.set(arn, { status: 'FAILED', error, cause: '' });
  };
}

/** What can come of a rollback that finds no table. */
export const withoutTableScenarios: Readonly<Record<string, Play>> = {
  'the table is lost': withoutTable(),
  'the table is lost, and a default action is shared': async (stage) => {
    const { world } = stage;
    await apply(world, { traffic: [{ listener: modelArns.listener }] });
    world.actions.set(modelArns.listener, [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }]);
    await stage.walk('rollout', good, { before: dyingAtHalfOf(modelArns.listener) });
    world.time += 200_000;
    await stage.walk('rollback', guardInput(world), { before: tableLost(2) }, 'by-the-guard');
  },
  'the table is lost, and others added logins': withoutTable(addLogins),
  'the table is lost, and others added a target group': withoutTable(addGroup),
  'the table is lost, and blue is not whole': withoutTable(halveBlue),
  'the table is lost, and a write is answered and never made': withoutTable((world) => {
    loseWrites(world, 1);
  }),
  'the table is lost, and two writes are answered and never made': withoutTable((world) => {
    loseWrites(world, 2);
  }),
  'the table is lost, and a rule that was written cannot be read back': async (stage) => {
    const input = await diedAtHalf(stage);
    const lost = tableLost(2);
    let asked = 0;
    const before: Before = (state, ...rest) => {
      if (state === 'AskRule') asked += 1;
      if (state === 'AskRule' && asked > 1) throw new Error('the load balancer does not answer');
      lost(state, ...rest);
    };
    await stage.walk('rollback', input, { before }, 'by-the-guard');
  },
  'the table is lost after another attempt took over': withoutTable(endedBy('TakenOver')),
  'the table is lost, and an old guard knows no rules': withoutTable(undefined, { withoutTable: undefined }),
  'the table is lost for long': withoutTable(undefined, { unclaimed: { quiet: 3, cost: 98 } }),
  'the table is lost, and a rule is of a new kind': async (stage) => {
    const input = await diedAtHalf(stage);
    const unheardOf = JSON.parse(JSON.stringify(input).replaceAll('"kind":"rule"', '"kind":"gateway"')) as object;
    await stage.walk('rollback', unheardOf, { before: tableLost(1) }, 'by-the-guard');
  },
  'the table is lost after a success': async ({ world, walk }) => {
    let input: Readonly<Record<string, unknown>> = {};
    const before: Before = (state) => {
      if (state === 'FinishRollout') input = { ...(world.schedules.pending()[0]?.input as object) };
    };
    await walk('rollout', good, { before });
    await walk('rollback', input, { before: tableLost(1) }, 'by-the-guard');
  },
  'traffic is taken from green without the table while it succeeds': async ({ world, walk }) => {
    let input: Readonly<Record<string, unknown>> = {};
    const before: Before = (state) => {
      if (state === 'FinishRollout') input = { ...(world.schedules.pending()[0]?.input as object) };
    };
    await walk('rollout', good, { before });
    world.actions.set(modelArns.rule, onFormerBlue());
    await walk('rollback', input, {}, 'by-the-guard');
  },
};

/** What an attempt without the table writes. */
export function onFormerBlue(): readonly RoutingAction[] {
  const TargetGroups = [
    { TargetGroupArn: modelArns.groupA, Weight: 100 },
    { TargetGroupArn: modelArns.groupB, Weight: 0 },
  ];
  return [
    { Type: 'forward', Order: 1, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: { Enabled: false } } },
  ];
}
