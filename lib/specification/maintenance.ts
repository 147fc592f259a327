import * as z from 'zod';
import { quote } from './text/plain-text.ts';
import { wholeSeconds } from './quantity.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html */
const longestPage = 1024;
const pageExpected = `expected a text of 1 to ${String(longestPage)} characters, which is all that a load balancer sends`;
const contentTypes = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'] as const;

/** Wildcards elsewhere could overlap a rule's own pattern in part, and part of a path cannot be kept open. */
const openForm = /^\/[\w\-.$/~"'@:+&]{0,120}\*?$/;

const openPath = z.string('expected a path').refine((path) => openForm.test(path), {
  error: ({ input }) =>
    `${quote(String(input))} is no path that can stay open, expected one such as /health, or /status/* with the one * at its end`,
});

/** What users get while the service is in maintenance, and when that ends. It has no default: every write of a rollout's state would be paid for it. */
export const maintenance = z.strictObject(
  {
    page: z
      .string(pageExpected)
      .min(1, pageExpected)
      .max(longestPage, pageExpected)
      .optional()
      .meta({
        kind: 'text',
        bounds: `up to ${String(longestPage)} characters`,
        description:
          'What users see. The load balancer adds no header to it, `Retry-After` neither: let an HTML page refresh itself, as the default page does every 30 s',
      }),
    contentType: z
      .enum(contentTypes, `expected one of ${contentTypes.join(', ')}`)
      .optional()
      .describe('What the page is. Without it: `text/html`'),
    open: z.array(openPath, 'expected a list of paths').max(5, 'expected at most 5 paths').optional().meta({
      bounds: 'up to 5 paths',
      description:
        'Paths that stay open, such as `/health` or `/status/*`: each is a rule more for each rule of the service',
    }),
    endAfter: wholeSeconds({ min: 60, max: 86_400 })
      .optional()
      .describe(
        'For how long every target that users would reach has to be healthy before the page is taken down by itself. Without it: `10m`',
      ),
  },
  'expected a map',
);
export type Maintenance = z.output<typeof maintenance>;

/** What a spec says of maintenance, with what counts where it says nothing. */
export interface MaintenanceSettings {
  readonly page: string;
  readonly contentType: string;
  readonly open: readonly string[];
  readonly endAfterSeconds: number;
}

const defaultPage = [
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
  '<meta http-equiv="refresh" content="30"><title>Back soon</title></head>',
  '<body style="font-family:system-ui,sans-serif;max-width:32em;margin:20vh auto;padding:0 1em">',
  '<h1>We will be back soon</h1><p>This service is down for maintenance. This page tries again every 30 seconds.</p></body></html>',
].join('');
const defaultEndAfterSeconds = 600;

/** Returns how maintenance of a service goes. */
export function maintenanceSettings({
  maintenance: own,
}: {
  readonly maintenance?: Maintenance | undefined;
}): MaintenanceSettings {
  return {
    page: own?.page ?? defaultPage,
    contentType: own?.contentType ?? 'text/html',
    open: own?.open ?? [],
    endAfterSeconds: own?.endAfter ?? defaultEndAfterSeconds,
  };
}
