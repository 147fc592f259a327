/** Returns what asks once for the same: everybody who asks meanwhile or later gets that answer. One that failed is asked for again. */
export function once<Asked extends readonly unknown[], Answer>(
  ask: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...asked) => {
    const question = JSON.stringify(asked);
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = ask(...asked).catch((error: unknown) => {
      answers.delete(question);
      throw error;
    });
    answers.set(question, answer);
    return answer;
  };
}
