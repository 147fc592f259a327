/** Examples below the help of verbs that bring none along. */
const examples: Readonly<Record<string, readonly string[]>> = {
  apply: ['sluice apply rollouts/web.yml --stage staging', 'sluice apply rollouts/*.yml --yes'],
  start: [
    'sluice start web --image 412-9f8d111 --reason "the new checkout"',
    'sluice start web --from staging --wait --timeout 2h',
  ],
  release: ['sluice release plan releases/checkout.yml', 'sluice release start releases/checkout.yml'],
  rollback: [
    'sluice rollback web --reason "checkout fails"',
    'sluice rollback web --to last-known-good --reason "checkout fails"',
  ],
  status: ['sluice status web', 'sluice status web --wait --timeout 2h'],
  get: ['sluice get web --all', 'sluice get web --restore-plan > plan.json'],
  list: ['sluice list', 'sluice list web --limit 5'],
  notify: ['sluice notify test web', 'sluice notify take web-20260301-100000-3f9a1c --note "looking"'],
  stack: ['sluice stack diff --stage production', 'sluice stack deploy --stage production'],
  audit: ['sluice audit verify web-20260301-100000-3f9a1c', 'sluice audit export web-20260301-100000-3f9a1c'],
  maintenance: [
    'sluice maintenance on web --reason "the database is restored"',
    'sluice maintenance off web --reason "it is back"',
  ],
  emergency: ['sluice emergency status web', 'sluice emergency start web --reason "both versions are down"'],
  drill: ['sluice drill rollback web --reason "quarterly drill" --wait', 'sluice drill last web'],
  incident: ['sluice incident status web', 'sluice incident report web'],
  waiting: ['sluice waiting', 'sluice waiting --cancel web'],
};

/** Returns the examples of a verb, as help shows them; empty where the verb shows its own. */
export function examplesOf(verb: string): string {
  const lines = examples[verb] ?? [];
  return lines.length === 0 ? '' : ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}
