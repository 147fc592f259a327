import type { Check } from './check.ts';

/** Who is woken looks at the dashboard first. */
export const dashboard: Check = {
  name: 'dashboard',
  expected: 'the dashboard to exist',
  page: {
    asks: 'Does the dashboard of the service exist?',
    reads: 'the CloudWatch dashboard `name`',
    rights: ['cloudwatch:GetDashboard'],
    fails: 'there is no dashboard of this name',
    fix: 'create the dashboard, or correct `name`',
    answers: 'Dashboard exists',
  },
  async observe({ spec }, { facts }) {
    const name = spec.checks?.dashboard?.name;
    if (name === undefined) return { passed: true, skipped: true, saw: 'no dashboard is named' };
    const isThere = await facts.hasDashboard(name);
    return { passed: isThere, saw: `${name} ${isThere ? 'exists' : 'does not exist'}` };
  },
};
