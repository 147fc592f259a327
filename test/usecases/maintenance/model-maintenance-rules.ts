import type { CreatedRule, MaintenanceRules } from '../../../lib/drivers/maintenance-rules.ts';
import type { SeenRule } from '../../../lib/drivers/rules/maintenance-plan.ts';
import { modelArns } from '../../model/model-world.ts';

const forward = (group: string) => [
  { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: group, Weight: 1 }] } },
];
const host = (name: string) => [{ Field: 'host-header', HostHeaderConfig: { Values: [name] } }];

/** The listener of the model's service, shared with a neighbour, in memory. */
export class ModelMaintenanceRules implements MaintenanceRules {
  rules: SeenRule[] = [
    { arn: 'default', isDefault: true, priority: 0, conditions: [], actions: forward('neighbour') },
    { arn: 'neighbour', isDefault: false, priority: 9, conditions: host('blog.test'), actions: forward('neighbour') },
    {
      arn: modelArns.rule,
      isDefault: false,
      priority: 10,
      conditions: host('shop.test'),
      actions: forward(modelArns.groupA),
    },
  ];
  /** Comes before and after each call, and may throw: a call whose caller dies may have been carried out. */
  onCall: (call: string, time: 'before' | 'after') => void = () => undefined;
  #serial = 0;

  ofMaintenance(): readonly SeenRule[] {
    return this.rules.filter(({ maintains }) => maintains !== undefined);
  }

  seen(): Promise<readonly SeenRule[]> {
    return this.#call('seen', () => [...this.rules]);
  }

  create(_: string, rule: Parameters<MaintenanceRules['create']>[1], maintains: string): Promise<CreatedRule> {
    return this.#call('create', () => {
      if (this.rules.some(({ priority, isDefault }) => !isDefault && priority === rule.priority)) {
        return { outcome: 'taken' };
      }
      this.#serial += 1;
      const { priority, conditions, actions } = rule;
      const arn = `maintenance-${String(this.#serial)}`;
      this.rules.push({ arn, isDefault: false, priority, conditions, actions, maintains });
      return { outcome: 'created', arn };
    });
  }

  rewrite(arn: string, actions: SeenRule['actions']): Promise<void> {
    return this.#call('rewrite', () => {
      this.rules = this.rules.map((rule) => (rule.arn === arn ? { ...rule, actions } : rule));
    });
  }

  remove(arn: string): Promise<void> {
    return this.#call('remove', () => {
      this.rules = this.rules.filter((rule) => rule.arn !== arn);
    });
  }

  #call<Answer>(name: string, act: () => Answer): Promise<Answer> {
    try {
      this.onCall(name, 'before');
      const answer = act();
      this.onCall(name, 'after');
      return Promise.resolve(answer);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
