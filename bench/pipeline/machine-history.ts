import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';

/** One state of an execution, epoch milliseconds. */
export interface StateSpan {
  readonly name: string;
  /** `Task`, `Wait`, `Choice` and so on. */
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Reads which states the newest execution of a machine went through, in order; of a Map the whole, not its items.
 * @throws Error where the machine has no execution
 */
export async function newestHistory(sfn: SFNClient, machine: string): Promise<readonly StateSpan[]> {
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  const arn = stateMachines.find(({ name }) => name === machine)?.stateMachineArn;
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: arn }));
  const [newest] = executions.toSorted((one, other) => Number(other.startDate) - Number(one.startDate));
  if (newest === undefined) throw new Error(`${machine} has no execution.`);
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn: newest.executionArn, maxResults: 1000, nextToken }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return statesOf(events);
}

/** What is read of an event of the history. */
type HistoricEvent = { readonly type?: string | undefined } & Pick<
  HistoryEvent,
  'timestamp' | 'stateEnteredEventDetails' | 'stateExitedEventDetails'
>;

/** Returns the states of an execution's history. One inside a Map is left out: it is within the time of the Map. */
export function statesOf(events: readonly HistoricEvent[]): readonly StateSpan[] {
  const spans: StateSpan[] = [];
  let open: { readonly name: string; readonly type: string; readonly from: number } | undefined;
  for (const { type = '', timestamp, stateEnteredEventDetails, stateExitedEventDetails } of events) {
    const at = timestamp?.getTime() ?? Number.NaN;
    const name = stateEnteredEventDetails?.name;
    if (open === undefined && name !== undefined) open = { name, type: type.replace('StateEntered', ''), from: at };
    if (open === undefined || stateExitedEventDetails?.name !== open.name) continue;
    spans.push({ ...open, to: at });
    open = undefined;
  }
  return spans;
}
