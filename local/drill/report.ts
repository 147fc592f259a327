import type { OrderFigures } from './measure.ts';

/** Something that a drill has to show. */
export interface Bound {
  readonly what: string;
  readonly holds: boolean;
  /** What was seen. */
  readonly saw: string;
}

/** How one emergency went. */
export interface DrillReport {
  readonly name: string;
  readonly what: string;
  readonly declaredBy: string;
  /** From the end of the last side until the emergency began, by the record's clock. */
  readonly untilDeclaredMs: number;
  readonly page: OrderFigures | null;
  readonly end: OrderFigures | null;
  /** Until the last request that the service did not answer was sent, by the clients' clock. */
  readonly restoredMs: { readonly sinceDeclared: number; readonly sinceHarm: number };
  readonly requests: { readonly served: number; readonly page: number; readonly failed: number };
  readonly neighbour: { readonly requests: number; readonly failed: number };
  /** What served afterwards. */
  readonly broughtBack: readonly string[];
  /** From each event until the first message of it arrived, by the inbox's clock. */
  readonly toldMs: Readonly<Record<string, number | null>>;
  readonly bounds: readonly Bound[];
}

/** The report as lines for a person. */
export function reportLines(report: DrillReport): readonly string[] {
  const { restoredMs, requests, neighbour } = report;
  return [
    `${report.name}: ${report.what}`,
    `  declared           by ${report.declaredBy}, ${seconds(report.untilDeclaredMs)} after nothing served any more (record)`,
    ...orderLines('page', report.page),
    ...orderLines('its end', report.end),
    `  served again       ${seconds(restoredMs.sinceDeclared)} after the declaration, ${seconds(restoredMs.sinceHarm)} after the harm (clients)`,
    `  requests           ${requests.served} served, ${requests.page} got the page, ${requests.failed} failed (clients)`,
    `  neighbour          ${neighbour.requests} requests, ${neighbour.failed} failed (clients)`,
    `  people were told   ${told(report.toldMs)} (inbox)`,
    ...report.bounds.map(({ what, holds, saw }) => `  ${holds ? 'holds' : 'FAILS'}  ${what}: ${saw}`),
  ];
}

function orderLines(name: string, figures: OrderFigures | null): readonly string[] {
  if (figures === null) return [`  ${name.padEnd(18)} was not ordered`];
  const { acceptedMs, propagationMs, usersMs, boundMs } = figures;
  return [
    `  ${name.padEnd(18)} accepted ${seconds(acceptedMs)} after its order, propagated ${seconds(propagationMs)} later (load balancer);`,
    `  ${''.padEnd(18)} the last request without it was sent ${seconds(usersMs)} after its order (clients), bound ${seconds(boundMs)}`,
  ];
}

function told(ms: DrillReport['toldMs']): string {
  return Object.entries(ms)
    .map(([type, after]) => `${type} ${seconds(after)}`)
    .join(', ');
}

/** The drill has to restore service within it, in the mean of its emergencies. */
const restoredWithinMs = 120_000;

/** The mean time to restore, counted from the harm, by the clock of the clients. */
export function meanTimeToRestore(
  reports: readonly Pick<DrillReport, 'restoredMs'>[],
): Bound & { readonly ms: number } {
  const ms = reports.reduce((sum, { restoredMs }) => sum + restoredMs.sinceHarm, 0) / Math.max(1, reports.length);
  const what = 'mean time to restore, from the harm until users were served again (clients), is under 2 minutes';
  return { what, ms, holds: reports.length > 0 && ms < restoredWithinMs, saw: seconds(ms) };
}

/** Milliseconds as a person reads them. */
export function seconds(milliseconds: number | null): string {
  return milliseconds === null ? 'not seen' : `${(milliseconds / 1000).toFixed(1)} s`;
}
