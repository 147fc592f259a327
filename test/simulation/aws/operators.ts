import type { Random } from '../../../lib/calibration/random.ts';
import { dynamoDbRolloutStore } from '../../../lib/storage/dynamodb-rollout-store.ts';
import { type RoutingAction, withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import { digestOf } from '../../model/model-world.ts';
import type { Fault, FaultPlan } from '../faults/faults.ts';
import { activeRollouts, type Watch } from '../invariants/watch.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import { alarmName, type Scenario } from '../scenario.ts';
import type { Hints } from './hints.ts';
import type { OneService } from './one-service.ts';
import type { Region } from './ports.ts';
import { isRedrivable, type StepFunctions } from './step-functions.ts';
import { clientThrough } from './table.ts';

/** What everybody else reaches. */
export interface OperatedParts {
  readonly clock: VirtualClock;
  readonly faults: FaultPlan;
  readonly region: Region;
  readonly executions: StepFunctions;
  readonly hints: Hints;
  readonly scenario: Scenario;
  readonly watch: Watch;
  readonly random: Random;
}

type Of<K extends Fault['kind']> = Extract<Fault, { kind: K }>;

/** Edits a rule's weights, scales a slot or deploys to it; true once it is done. */
export function meddle({ what }: Of<'foreign'>, { region, scenario }: OperatedParts): boolean {
  const { balancer, oneService, slots, table } = region;
  const [active] = activeRollouts(table);
  const { blue, green } = active ?? { blue: 'a', green: 'b' };
  const [blueSlot, greenSlot] = [scenario.spec.slots[blue], scenario.spec.slots[green]];
  const share = { 'green-all': 100, half: 50, 'blue-all': 0 } as const;
  if (what === 'green-all' || what === 'half' || what === 'blue-all') {
    const [arn = ''] = balancer.arns;
    const pair = { blue: blueSlot.targetGroup, green: greenSlot.targetGroup };
    balancer.write(arn, withGreenWeight(balancer.actions(arn), pair, share[what]));
  } else if (oneService !== undefined) return meddleWithDeployments(what, oneService);
  else if (what === 'scale-green') slots.scale(greenSlot.service, 1);
  else if (what === 'scale-blue') slots.scale(blueSlot.service, 1);
  else slots.deploy((what === 'deploy-green' ? greenSlot : blueSlot).service, `web:${digestOf('f')}`, scenario.tasks);
  return true;
}

/** The same where both versions are in one ECS service: a deployment that nobody asked Sluice for, or the end of the one under way. */
function meddleWithDeployments(what: Of<'foreign'>['what'], oneService: OneService): boolean {
  if (what === 'deploy-green') {
    oneService.deploy(`web:${digestOf('f')}`);
    return true;
  }
  if (what !== 'deploy-blue' || oneService.newest === undefined) return false;
  if (!oneService.canStop(oneService.newest)) return false;
  oneService.stop(oneService.newest);
  return true;
}

/** Has the execution go on that ended last without success; false where there is none. */
export function redrive({ machine }: Of<'redrive'>, { executions, watch }: OperatedParts): boolean {
  const ended = [...executions.all.values()].filter((one) => one.machine === machine && isRedrivable(one));
  const last = ended.sort((left, right) => (left.endedAt ?? 0) - (right.endedAt ?? 0)).at(-1);
  if (last === undefined) return false;
  watch.tell(`somebody redrives ${last.name} of ${last.machine} at ${last.history.entered?.name ?? 'its start'}`);
  return executions.redrive(last.arn);
}

const login: RoutingAction = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: { Issuer: 'https://id.test', ClientId: 'shop' },
};
const closed: RoutingAction = {
  Type: 'fixed-response',
  Order: 1,
  FixedResponseConfig: { StatusCode: '503', ContentType: 'text/plain', MessageBody: 'back soon' },
};

/** Changes the first rule in something else than weights; false where it is so already. */
export function editRule({ what }: Of<'rule-edit'>, { region, watch }: OperatedParts): boolean {
  const { balancer } = region;
  const [arn = ''] = balancer.arns;
  const actions = balancer.actions(arn);
  const isThere = actions.some(({ Type }) => Type === (what === 'login' ? login : closed)['Type']);
  if (what === 'condition') balancer.setConditions(arn, [{ Field: 'path-pattern', Values: ['/beta/*'] }]);
  else if (isThere) return false;
  else if (what === 'maintenance') balancer.write(arn, [closed]);
  else balancer.write(arn, [login, ...actions.map((action) => ({ ...action, Order: 2 }))]);
  watch.tell(`somebody changes rule ${arn.slice(-4)}: ${what}`);
  return true;
}

/** The team applies a spec with other steps, caps and another shape of rollback. A rollout under way keeps its own. */
export function applySpec({ region, scenario, clock, watch }: OperatedParts): boolean {
  const store = dynamoDbRolloutStore(
    clientThrough((command) => Promise.resolve(region.table.carryOut(command))),
    'sluice-test',
  );
  const { spec } = scenario;
  const next = {
    ...spec,
    steps: [30, 100].map((weight) => ({ weight, bake: 120 })),
    timeouts: { ...spec.timeouts, hold: 300 },
    rollback: { ...spec.rollback, shape: 'stepped' as const, stepped: { weights: [15], pause: 20 } },
  };
  watch.tell('the team applies another spec');
  void store.putSpec(next, 'the team', new Date(clock.now()).toISOString());
  return true;
}

/** The alarm that the spec names goes off; false where it names none. */
export function ring({ scenario, hints, clock, region }: OperatedParts): boolean {
  if (!scenario.spec.alarms.includes(alarmName)) return false;
  const [active] = activeRollouts(region.table);
  hints.deliver('alarm', 'WatchAlarms', {
    time: new Date(clock.now()).toISOString(),
    detail: { alarmName, state: { value: 'ALARM', reason: 'Threshold Crossed' } },
  });
  return active !== undefined;
}
