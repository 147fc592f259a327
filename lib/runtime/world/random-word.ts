import { randomUUID } from 'node:crypto';

/** 32 letters and digits that nobody guesses. */
export const randomWord = (): string => randomUUID().replaceAll('-', '');
