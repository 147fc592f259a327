import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import type { ServiceLook, TargetGroupFacts } from '../../drivers/service-look.ts';
import type { Entrance } from '../../drivers/traffic-router.ts';
import { acceptsMore } from '../../drivers/rules/health-matcher.ts';
import { healthQuestion } from '../../drivers/rules/health-question.ts';
import { hindrancesOf } from '../../drivers/rules/health-request-way.ts';
import type { Doubt } from '../../specification/doubt.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { verifyHeader } from '../../checks/answers/verification.ts';
import { groupsOfSlots, type LiveRule } from './live-rules.ts';
import { error, type LiveSlot, warning } from './live-slot.ts';

/**
 * Returns what would keep green from being verified behind the first rule of `traffic`, with what to write: conditions that the health
 * request does not meet, an earlier rule that answers it, a certificate for another name, a load balancer that no function reaches,
 * and health checks that ask or accept something else than a 2xx answer of the service's own port.
 */
export async function healthDoubts(
  spec: RolloutSpec,
  slots: readonly LiveSlot[],
  first: { readonly path: readonly PropertyKey[]; readonly rule: LiveRule } | undefined,
  rules: readonly LiveRule[],
  look: ServiceLook,
): Promise<readonly Doubt[]> {
  if (first === undefined) return [];
  const [entrance, groups] = await Promise.all([
    look.entranceOf(first.rule.listener),
    look.targetGroups(groupsOfSlots(spec)),
  ]);
  if (entrance === undefined) return [];
  const isAsked = asksAnything(spec, entrance);
  return [
    ...internalDoubts(spec, entrance, first.path),
    ...(isAsked ? wayDoubts(spec, entrance, first, rules) : []),
    ...(isAsked ? certificateDoubts(spec, entrance, first) : []),
    ...(isAsked ? checkDoubts(spec, slots, groups) : []),
  ];
}

/** Whether any request is sent to verify green; otherwise target health decides. */
function asksAnything({ verify, url }: RolloutSpec, { isInternal }: Entrance): boolean {
  if (verify?.by === 'targetHealth') return false;
  const isNamed = verify?.header !== undefined || verify?.bodyField !== undefined || verify?.by === 'requests';
  return isNamed || verify?.probe === true || url !== undefined || !isInternal;
}

function internalDoubts(spec: RolloutSpec, entrance: Entrance, path: readonly PropertyKey[]): readonly Doubt[] {
  if (!entrance.isInternal || spec.url !== undefined) return [];
  if (spec.verify?.by === 'targetHealth' || spec.verify?.probe === true) return [];
  const where = `${entrance.host} is internal: the stack's functions do not reach it`;
  const probe = `verify: { probe: true } with the probe of serverless/probe deployed in ${entrance.vpcId ?? 'its VPC'}`;
  if (asksAnything(spec, entrance)) {
    const message = `${where}, and verify expects an answer; expected ${probe}, or verify: { by: targetHealth }, or url: https://<host> that is reached from outside`;
    return [error(path, message)];
  }
  const message = `${where}, so green is verified by target health alone; write verify: { by: targetHealth } to say that this is meant, or ${probe}, or url: https://<host> that is reached from outside`;
  return [warning(path, message)];
}

function wayDoubts(
  spec: RolloutSpec,
  entrance: Entrance,
  { path, rule }: { readonly path: readonly PropertyKey[]; readonly rule: LiveRule },
  rules: readonly LiveRule[],
): readonly Doubt[] {
  const question = healthQuestion(spec, rule, entrance);
  const own = rules.filter(({ listener }) => listener === rule.listener);
  const headers = [verifyHeader, spec.header.name.toLowerCase()];
  return hindrancesOf(question, rule, own, headers).map(({ sure, said }) =>
    sure === 'certain'
      ? error(path, `green cannot be verified: ${said}`)
      : warning(path, `green may not be verifiable: ${said}`),
  );
}

function certificateDoubts(
  spec: RolloutSpec,
  entrance: Entrance,
  { path, rule }: { readonly path: readonly PropertyKey[]; readonly rule: LiveRule },
): readonly Doubt[] {
  const { hostname, protocol } = new URL(healthQuestion(spec, rule, entrance).url);
  if (protocol !== 'https:' || hostname !== entrance.host) return [];
  const message = `the listener speaks HTTPS, and its certificate is for another name than ${entrance.host}: the health request would be refused; expected url: https://<host>, with a name of the certificate`;
  return [error(path, message)];
}

/** What the health checks of the target groups ask, beside what a health request through the load balancer asks. */
function checkDoubts(
  spec: RolloutSpec,
  slots: readonly LiveSlot[],
  groups: readonly TargetGroupFacts[],
): readonly Doubt[] {
  return slots.flatMap(({ name, facts }) =>
    layoutOf(spec)
      .groupsOf(name)
      .slice(0, 1)
      .flatMap((arn): readonly Doubt[] => {
        const group = groups.find((one) => one.arn === arn);
        const path = ['slots', name, layoutOf(spec).groupsOf(name).length === 1 ? 'targetGroup' : 'targetGroups'];
        if (group === undefined) return [];
        const port = facts?.bindings.find(({ targetGroup }) => targetGroup === arn)?.port;
        return [...portDoubts(spec, group, port, path), ...matcherDoubts(group, path)];
      }),
  );
}

function portDoubts(
  { healthPath }: RolloutSpec,
  { name, healthPort = 'traffic-port', healthPath: checked }: TargetGroupFacts,
  port: number | undefined,
  path: readonly PropertyKey[],
): readonly Doubt[] {
  if (healthPort === 'traffic-port' || healthPort === String(port)) return [];
  const message = `health checks of ${name} ask ${checked ?? ''} on port ${healthPort}, but a health request reaches the port of the users; expected healthPath (now ${healthPath}) to be a path that this port answers with 2xx, or verify: { by: targetHealth }`;
  return [warning(path, message)];
}

function matcherDoubts({ name, matcher }: TargetGroupFacts, path: readonly PropertyKey[]): readonly Doubt[] {
  if (matcher === undefined || !acceptsMore(matcher)) return [];
  const message = `the matcher of ${name} takes ${matcher} for healthy; where blue answers with another status than 2xx, the same is good for green. Better: a healthPath that is answered with 2xx`;
  return [warning(path, message)];
}
