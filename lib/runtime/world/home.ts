import { setting } from '../../platform/environment.ts';

const [, , , region = '', account = ''] = setting('ROLLOUT_MACHINE_ARN').split(':');

/** The account and region of the stack, as its state machine's ARN has them. */
export const home = { account, region } as const;
