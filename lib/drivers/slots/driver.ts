import type { Driver } from '../driver.ts';
import { interferenceIn } from './interference.ts';

/** Two ECS services, each with target groups of its own, behind the same rules of an Application Load Balancer. */
export const slotsDriver: Driver = { name: 'slots', interferenceIn };
