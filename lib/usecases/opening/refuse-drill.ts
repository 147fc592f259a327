import type { Retention } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { allowsDrill } from '../../specification/drills.ts';
import { whyNoDrill } from '../../specification/drill-steps.ts';
import { shapeOf } from '../../drivers/shapes/registry.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { AskedRollout } from './rollout-request.ts';

type Needs = Part<'emergencies' | 'incidents' | 'installation'>;

/**
 * Refuses a drill that the spec does not allow in this stage, one that the driver cannot run, one for which the version before would have to go that is kept for a quick
 * rollback, and one while an emergency or an incident of the service goes on. What cannot be read is thrown: it is never taken for quiet.
 * @throws Refusal with the next step
 */
export async function refuseDrill(
  { drill, givesUpKept }: Pick<AskedRollout, 'drill' | 'givesUpKept'>,
  spec: RolloutSpec,
  retention: Retention | undefined,
  { emergencies, incidents, installation: { stage } }: Needs,
): Promise<void> {
  if (drill === undefined) return;
  const { service } = spec;
  if (!allowsDrill(spec, drill, stage)) {
    const allowed = spec.drills?.[drill]?.join(', ') ?? 'no stage at all';
    throw new Refusal(
      `The spec of ${service} allows a drill of the ${drill} in ${allowed}, not in ${stage}. To allow it, write drills: { ${drill}: [${stage}] } into the spec and apply it.`,
    );
  }
  const cannot = whyNoDrill(spec);
  if (cannot !== undefined) {
    throw new Refusal(
      `The driver ${shapeOf(spec).name} of ${service} cannot run a drill of the ${drill}: ${cannot}. Take drills.${drill} out of the spec; rehearse on a service with driver: slots.`,
    );
  }
  const emergency = await emergencies.emergency(service);
  if (emergency?.record.standing === 'wanted') {
    throw new Refusal(
      `${service} is in an emergency since ${emergency.record.since}: nothing is rehearsed meanwhile. See it with: sluice emergency status ${service} --stage ${stage}`,
    );
  }
  const incident = await incidents.incident(service);
  if (incident?.record.standing === 'open') {
    throw new Refusal(
      `Incident ${String(incident.record.number)} of ${service} is open since ${incident.record.since}: nothing is rehearsed meanwhile. See it with: sluice incident status ${service} --stage ${stage}`,
    );
  }
  if (retention !== undefined && givesUpKept !== true) {
    throw new Refusal(
      `Slot ${retention.slot} of ${service} keeps the version before ${retention.rolloutId} until ${retention.keptUntil} for a quick rollback, and a drill needs that slot. Run the drill after that, or give the kept version up: sluice drill ${drill} ${service} --stage ${stage} --give-up-kept`,
    );
  }
}
