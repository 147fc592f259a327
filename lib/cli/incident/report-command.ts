import { Command, Option } from 'commander';
import { incidentDocument } from '../../report/incident-document.ts';
import { incidentReport, newestIncident, type TellingRollout } from '../../report/incident-report.ts';
import { markdownLines } from '../../report/markdown.ts';
import { htmlPage } from '../../report/page.ts';
import { incidentSettings } from '../../specification/incident.ts';
import { allEvents } from '../../view/all-events.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { positiveInteger, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly number?: number;
  readonly html?: boolean;
  readonly json?: boolean;
}

/** Records that are looked through for an incident and what happened in it. */
const mostRollouts = 20;

/** `sluice incident report`: what happened, how long it took, what is left to do. */
export function incidentReportCommand(context: CliContext): Command {
  const command = new Command('report')
    .description('print the report of an incident: impact, times against targets, timeline, follow-ups')
    .argument('<service>', 'the service', recordName)
    .option('--number <n>', 'which incident; by default the newest', positiveInteger)
    .addOption(new Option('--markdown', 'as Markdown, which is the default').conflicts(['html', 'json']))
    .addOption(new Option('--html', 'as one HTML file; it loads nothing').conflicts(['json']))
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  sluice incident report web --html > incident.html');
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const stack = await context.connect(options);
    const { stage } = options;
    const [rollouts, applied] = await Promise.all([tellingRollouts(service, stack), stack.store.spec(service)]);
    const number = options.number ?? newestIncident(rollouts);
    const settings = incidentSettings(applied?.spec ?? {});
    const report =
      number === undefined
        ? undefined
        : incidentReport({ service, stage, number, now: context.now() }, rollouts, settings);
    if (report === undefined) {
      const which = number === undefined ? 'No incident' : `No incident ${String(number)}`;
      throw new CliFailure(
        `${which} of ${service} in stage ${stage} is in the records of its last ${String(mostRollouts)} rollouts. See the newest one with: sluice incident status ${service} --stage ${stage}`,
      );
    }
    if (options.json === true) context.out(jsonText(report));
    else if (options.html === true) context.out(htmlPage(incidentDocument(report)).trimEnd());
    else for (const line of markdownLines(incidentDocument(report))) context.out(line);
  });
}

async function tellingRollouts(service: string, stack: Stack): Promise<readonly TellingRollout[]> {
  const [listed, incident] = await Promise.all([
    stack.store.list(service, mostRollouts),
    stack.incidents.incident(service),
  ]);
  const told = incident?.record.toldIn;
  // One that is led for weeks is told in a rollout that many others have followed.
  const ids = new Set([...listed.map(({ rolloutId }) => rolloutId), ...(told === undefined ? [] : [told])]);
  const loaded = await Promise.all([...ids].map((rolloutId) => stack.store.load(rolloutId)));
  const found = loaded.filter((stored) => stored !== undefined);
  return Promise.all(
    found.map(async ({ state, sequence }) => ({ state, events: await allEvents(stack, state.rolloutId, sequence) })),
  );
}
