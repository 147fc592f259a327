import { CliFailure, type CliContext } from '../cli-context.ts';
import type { ChangeRequest, DeployedStack, StackChange, StackDeployment, StackEvent } from './stack-deployment.ts';

type Waiting = Pick<CliContext, 'now' | 'sleep' | 'err'>;

/** CloudFormation waits longer than this for no resource of the stack. */
const longestMilliseconds = 60 * 60_000;
const pollMilliseconds = 2_000;

/** The stack has come to rest. */
const final =
  /^(?:(?:CREATE|UPDATE|DELETE|IMPORT)_COMPLETE|(?:UPDATE_|IMPORT_)?ROLLBACK_(?:COMPLETE|FAILED)|DELETE_FAILED)$/;

/** How a change of a stack ended. */
interface Settled {
  readonly status: string;
  /** What failed, the oldest first: what was only cancelled because of it is left out. */
  readonly failures: readonly StackEvent[];
}

/**
 * Waits until a stack has come to rest.
 * @param after the newest event before the change
 * @throws CliFailure where it takes longer than an hour
 */
export async function untilSettled(
  deployment: StackDeployment,
  stackId: string,
  after: string | undefined,
  { now, sleep }: Waiting,
): Promise<Settled> {
  const until = now().getTime() + longestMilliseconds;
  const failures: StackEvent[] = [];
  for (let last = after; ;) {
    for (const event of await deployment.events(stackId, last)) {
      last = event.id;
      if (isCause(event)) failures.push(...(await causesOf(event, deployment)));
      if (event.ofStack && final.test(event.status)) return { status: event.status, failures };
    }
    if (now().getTime() >= until) {
      throw new CliFailure(
        `Stack ${deployment.name} is still being changed after an hour. It goes on in CloudFormation; see how far it is with: sluice stack status`,
      );
    }
    await sleep(pollMilliseconds);
  }
}

function isCause({ status, reason, ofStack }: StackEvent): boolean {
  return !ofStack && status.endsWith('_FAILED') && !/^Resource (?:creation|update|deletion) cancelled/i.test(reason);
}

/** The failure of a nested stack has its reasons in the events of that stack since its change began, none of earlier ones. */
async function causesOf(failure: StackEvent, deployment: StackDeployment): Promise<readonly StackEvent[]> {
  if (failure.type !== 'AWS::CloudFormation::Stack' || failure.physicalId === '') return [failure];
  const events = await deployment.events(failure.physicalId, undefined);
  const begun = events.findLastIndex(
    ({ ofStack, status }) => ofStack && (status === 'CREATE_IN_PROGRESS' || status === 'UPDATE_IN_PROGRESS'),
  );
  const causes = events.slice(begun + 1).filter(isCause);
  return causes.length === 0 ? [failure] : causes;
}

/**
 * Prepares a change set, executes it and waits for its end.
 * @returns what was changed; nothing where the stack is so already
 * @throws CliFailure with what failed, why, and what to do next
 */
export async function runChange(
  deployment: StackDeployment,
  request: ChangeRequest,
  context: Waiting,
): Promise<readonly StackChange[]> {
  const changeSet = await deployment.prepare(request);
  if (changeSet === undefined) return [];
  const { id } = await existing(deployment);
  const before = (await deployment.events(id, undefined)).at(-1)?.id;
  context.err(`Changing stack ${deployment.name}: ${countsOf(changeSet.changes)}`);
  await deployment.execute(changeSet.name);
  const settled = await untilSettled(deployment, id, before, context);
  if (!/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(settled.status)) throw failed(deployment.name, settled);
  return changeSet.changes;
}

/** @throws Error where CloudFormation has no such stack after all */
async function existing(deployment: StackDeployment): Promise<DeployedStack> {
  const stack = await deployment.describe();
  if (stack === undefined) throw new Error(`CloudFormation does not show stack ${deployment.name}.`);
  return stack;
}

/** `2 to add, 51 to change`. */
export function countsOf(changes: readonly StackChange[]): string {
  const words = { Add: 'to add', Modify: 'to change', Remove: 'to remove', Import: 'to take in', Dynamic: 'to decide' };
  const counts = Object.entries(words).map(([action, word]) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? '' : `${count} ${word}`;
  });
  return counts.filter((text) => text !== '').join(', ');
}

/** The failure of a change, with the reason of each resource and the next step. */
export function failed(name: string, { status, failures }: Settled): CliFailure {
  const lines = failures.map(({ resource, type, reason }) => `- ${resource} (${type}): ${reason}`);
  return new CliFailure(
    [`Stack ${name} could not be changed (${status}):`, ...lines, nextStep(status, failures)].join('\n'),
  );
}

function nextStep(status: string, failures: readonly StackEvent[]): string {
  const reasons = failures.map(({ reason }) => reason).join(' ');
  if (status === 'ROLLBACK_COMPLETE')
    return 'Correct that, remove what is left with: sluice stack remove, and deploy again.';
  if (status.endsWith('ROLLBACK_FAILED'))
    return 'CloudFormation could not go back either. Correct that, then run: aws cloudformation continue-update-rollback';
  if (status === 'DELETE_FAILED') return 'Correct that, and run the same command again.';
  if (/already exists/i.test(reasons))
    return 'The stack is as it was before. Remove what has the name, or deploy under another --stage, and deploy again.';
  if (/not authorized|AccessDenied|no identity-based policy/i.test(reasons))
    return 'The stack is as it was before. Deploy with a role that may do that.';
  return 'The stack is as it was before. Correct that, and deploy again.';
}
