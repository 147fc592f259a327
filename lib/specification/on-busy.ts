import * as z from 'zod';

/** What happens to a request for a rollout while another one of the service runs. */
export const onBusy = z
  .enum(['reject', 'queue', 'supersede'], 'expected reject, queue or supersede')
  .default('reject')
  .describe(
    'What happens to a request while a rollout of the service runs: it is refused; it waits until that one has ended (one waits, the newest); or that one is rolled back and this one follows',
  );
