import { Refusal } from '../../rollout/refusal.ts';
import { explainAwsFailure } from '../aws-failure.ts';
import { CliFailure } from '../cli-context.ts';

/** Something that was asked, or why nobody could tell. */
export type Asked<Answer> = { readonly answer: Answer } | { readonly unknown: string };

/** Asks; what AWS, a missing stack or a refusal says becomes a sentence instead of an error. */
export async function asked<Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (error instanceof CliFailure || error instanceof Refusal) return { unknown: error.message };
    return { unknown: explainAwsFailure(error) };
  }
}
