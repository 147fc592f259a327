import * as z from 'zod';
import { health, requests } from './green-requests.ts';

const headerExpected = 'expected the name of a response header: up to 60 letters, digits and -';
const fieldExpected = 'expected the name of a JSON field, such as version or build.tag';

/** What shows that an answer came from green. At most one of `header`, `bodyField` and `by`. */
export const verify = z
  .strictObject({
    header: z
      .string(headerExpected)
      .regex(/^[A-Za-z0-9-]{1,60}$/, headerExpected)
      .meta({ kind: 'name', bounds: 'up to 60 letters, digits and `-`' })
      .optional()
      .describe(
        'The response header of the health path that says which version answered. The proof is then there at once',
      ),
    bodyField: z
      .string(fieldExpected)
      .regex(/^[\w-]{1,60}(?:\.[\w-]{1,60}){0,5}$/, fieldExpected)
      .meta({ kind: 'name', bounds: 'up to six names, separated by dots' })
      .optional()
      .describe('The field of its JSON body that says so, where there is no such header'),
    by: z
      .enum(['requests', 'targetHealth'], 'expected requests or targetHealth')
      .optional()
      .describe(
        "Without a version in the answer. `requests`: green's target group must have counted the requests (minutes later). `targetHealth`: no request is sent, the load balancer's own health checks decide. Without it: `targetHealth` for an internal load balancer without `url` and `probe`, otherwise `requests`",
      ),
    probe: z
      .boolean('expected true or false')
      .optional()
      .describe(
        'Requests go through the probe that is deployed in the VPC of the load balancer (`serverless/probe`): for an internal load balancer',
      ),
    expects: z
      .enum(['tag', 'commit', 'digest'], 'expected tag, commit or digest')
      .optional()
      .describe(
        'What of the image the header or field says. `commit` is what follows the last `-` of the tag. Without it: the tag',
      ),
    health,
    requests,
  })
  .superRefine((set, context) => {
    const ways = (['header', 'bodyField', 'by'] as const).filter((name) => set[name] !== undefined);
    if (set.probe === true && set.by === 'targetHealth') {
      const message = 'by: targetHealth sends no request, so the probe asks nothing; expected one of the two';
      context.addIssue({ code: 'custom', path: ['probe'], message });
    }
    for (const name of ['health', 'requests'] as const) {
      if (set[name] === undefined || set.by !== 'targetHealth') continue;
      const message = `by: targetHealth sends no request, so ${name} asks nothing; expected one of the two`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
    const second = ways[1];
    if (second === undefined) return;
    context.addIssue({
      code: 'custom',
      path: [second],
      message: `${ways.join(' and ')} are set, expected one of them`,
    });
  });

/** How long green may take to prove itself where a spec does not say. Specs of before have no such field. */
export const defaultVerifySeconds = 600;
