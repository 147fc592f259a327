import { createHash } from 'node:crypto';

/** Whose resources these are; part of every ARN. */
export interface Account {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/**
 * Makes AWS-shaped ids that are the same in every run: they follow from what is created and in which order, so that a recorded run
 * can be compared with the next.
 */
export class Identity {
  readonly account: Account;
  readonly #created = new Map<string, number>();

  constructor(account: Account) {
    this.account = account;
  }

  /** Hexadecimal digits, as in the ARNs of ELB (16) and of ECS tasks (32). */
  hex(kind: string, name: string, length: number): string {
    return this.#digest(kind, name).slice(0, length);
  }

  /** Decimal digits, as in the ids of ECS deployments. */
  digits(kind: string, name: string, length: number): string {
    const value = BigInt(`0x${this.#digest(kind, name)}`);
    return value.toString().padEnd(length, '7').slice(0, length);
  }

  elbArn(resource: string): string {
    return `arn:aws:elasticloadbalancing:${this.account.region}:${this.account.accountId}:${resource}`;
  }

  ecsArn(resource: string): string {
    return `arn:aws:ecs:${this.account.region}:${this.account.accountId}:${resource}`;
  }

  /** Scalable targets have a service name of their own; policies and scheduled actions are of `autoscaling`. */
  scalingArn(resource: string, service = 'application-autoscaling'): string {
    return `arn:aws:${service}:${this.account.region}:${this.account.accountId}:${resource}`;
  }

  #digest(kind: string, name: string): string {
    const key = `${kind}/${name}`;
    const serial = this.#created.get(key) ?? 0;
    this.#created.set(key, serial + 1);
    return createHash('sha256').update(`${this.account.accountId}/${key}/${serial}`).digest('hex');
  }
}
