import { setTimeout as sleepFor } from 'node:timers/promises';

/** The machine's own clock. */
export const now = (): Date => new Date();

/** Lets time pass, in milliseconds. */
export const sleep = (milliseconds: number): Promise<void> => sleepFor(milliseconds);
