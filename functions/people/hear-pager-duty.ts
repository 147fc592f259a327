import { now } from '../../lib/runtime/world/clock.ts';
import { pagerDutyWebhookSecret } from '../../lib/runtime/world/pager-duty.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { pagerDutyHandler } from '../../lib/runtime/pager-duty-handler.ts';
import { hearAlert } from '../../lib/usecases/people/hear-alert.ts';

const entrance = { stage: installation.stage, webhookSecret: pagerDutyWebhookSecret };

/** Trigger: a person acknowledged or resolved an incident in PagerDuty. */
export const handler = pagerDutyHandler(entrance, (news) => hearAlert(news, { store, now }));
