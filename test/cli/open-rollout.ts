import { openedEvent } from '../contract/opened-event.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';
import { FakeCli } from './cli-harness.ts';

export const rolloutId = 'web-20260301-100000-abcdef';

/** Actions of the model's rule while green has 25 %. */
export const split = [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: modelArns.groupA, Weight: 75 },
        { TargetGroupArn: modelArns.groupB, Weight: 25 },
      ],
    },
  },
];
/** The same with everything on blue. */
export const onBlue = [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }];

/** The command line beside the model's service, whose spec is applied. */
export async function modelCli(): Promise<FakeCli> {
  const cli = new FakeCli();
  await cli.store.putSpec(modelSpec(), 'a test', new Date(cli.time).toISOString());
  return cli;
}

/** A rollout of the model's service, green at 25 %. */
export async function openRollout(
  cli: FakeCli,
  actions: readonly Readonly<Record<string, unknown>>[] = onBlue,
): Promise<void> {
  const event = openedEvent({ restorePlan: [{ kind: 'rule', arn: modelArns.rule, actions }] });
  await cli.store.open(rolloutId, event, new Date(cli.time).toISOString());
  cli.world.actions.set(modelArns.rule, split);
}
