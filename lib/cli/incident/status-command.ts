import { Command } from 'commander';
import type { IncidentRecord } from '../../ports/incidents.ts';
import { deciderOf } from '../../rollout/decider.ts';
import { contactText, incidentSettings, type IncidentSettings } from '../../specification/incident.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { draftUpdates } from '../../usecases/incident/draft-update.ts';
import { serviceSight } from '../../usecases/incident/incident-sight.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly json?: boolean;
}

/** `sluice incident status`: how an incident stands. */
export function incidentStatusCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('show whether an incident is open, who commands it, what is due, and whom to call')
    .argument('<service>', 'the service', recordName)
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  sluice incident status web');
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const { incidents, store } = await context.connect(options);
    const [stored, applied] = await Promise.all([incidents.incident(service), store.spec(service)]);
    if (applied === undefined && stored === undefined)
      throw new CliFailure(
        `No spec is applied for service "${service}" in stage ${options.stage}. See which services there are: sluice list --stage ${options.stage}`,
      );
    if (options.json === true) {
      context.out(jsonText({ service, ...(stored?.record ?? { standing: 'closed' }) }));
      return;
    }
    const settings = incidentSettings(applied?.spec ?? {});
    for (const line of statusLines(service, stored?.record, settings, options.stage)) context.out(printable(line));
  });
}

function statusLines(
  service: string,
  record: IncidentRecord | undefined,
  { targets, updateSeconds, contacts }: IncidentSettings,
  stage: string,
): readonly string[] {
  const calls = contacts.map((contact) => `  call      ${contactText(contact)}`);
  if (record === undefined) return [`${service} has no incident and never had one.`, ...calls];
  const { number, level, reason, opened, commander, closed, restoredAt, updatedAt, toldIn } = record;
  const begun = `${level}, opened at ${opened.at} by ${deciderOf(opened.by, opened.how, opened)}: ${reason}`;
  if (closed !== undefined && record.standing === 'closed')
    return [
      `${service} has no open incident. The last one, ${String(number)}, was ${begun}`,
      `  closed    at ${closed.at} by ${deciderOf(closed.by, closed.how, closed)}: ${closed.reason}`,
      `  report    sluice incident report ${service} --stage ${stage}`,
    ];
  const by = (seconds: number, at: string) => new Date(Date.parse(at) + seconds * 1000).toISOString();
  const { respondSeconds, resolveSeconds } = targets[level];
  return [
    `Incident ${String(number)} of ${service} is OPEN: ${begun}`,
    commander === undefined
      ? `  commander NOBODY; by ${by(respondSeconds, opened.at)} somebody has to: sluice incident take ${service} --stage ${stage}`
      : `  commander ${commander.by}, since ${commander.at}`,
    restoredAt === undefined ? '  users     hit, as far as is known' : `  users     served again since ${restoredAt}`,
    `  update    due by ${by(updateSeconds, updatedAt)}: sluice incident update ${service} --stage ${stage}`,
    `  resolve   by ${by(resolveSeconds, opened.at)}: sluice incident close ${service} --stage ${stage} --reason "…"`,
    ...calls,
    `  timeline  sluice get ${toldIn} --stage ${stage}`,
  ];
}

/** Prints a draft of a status update for each audience. */
export async function showDrafts(service: string, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const { stage } = options;
  const [stored, sight] = await Promise.all([stack.incidents.incident(service), serviceSight(service, stack)]);
  if (stored?.record.standing !== 'open') {
    const open = `sluice incident open ${service} --stage ${stage} --severity P1 --reason "…"`;
    throw new CliFailure(`No incident of ${service} is open in stage ${stage}. To open one: ${open}`);
  }
  const { toldIn } = stored.record;
  const told = await stack.store.load(toldIn);
  if (told === undefined)
    throw new CliFailure(`The record of ${toldIn} is gone, so no draft can be made: write the text yourself.`);
  const drafts = draftUpdates(stored.record, { ...sight, rollout: sight.rollout ?? told.state });
  if (options.json === true) {
    context.out(jsonText({ service, drafts }));
    return;
  }
  for (const [audience, text] of Object.entries(drafts)) context.out(printable(`Draft for ${audience}: ${text}`));
  context.out(`Send one, in your own words: sluice incident update ${service} --stage ${stage} --text "…"`);
}
