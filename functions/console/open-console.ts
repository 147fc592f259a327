import { now } from '../../lib/runtime/world/clock.ts';
import { documents } from '../../lib/runtime/world/documents.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { randomWord } from '../../lib/runtime/world/random-word.ts';
import { signIns } from '../../lib/runtime/world/sign-ins.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { enter, mintEntry } from '../../lib/console/open-exchange.ts';
import { setting } from '../../lib/platform/environment.ts';
import { openHandler } from '../../lib/runtime/open-handler.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';
import { dynamoDbOneTimeIds } from '../../lib/storage/dynamodb-one-time-ids.ts';

const ids = dynamoDbOneTimeIds(documents, setting('PEOPLE_TABLE_NAME'), 'OPEN', now);
const world = { identityMac, ids, signIns, linksUrl, now, randomId: randomWord };

/** POST of `open` mints a link for a principal that AWS verified; GET of the link lets its holder in, once. */
export const handler = openHandler(
  installation.stage,
  (principal, to) => mintEntry(principal, to, world),
  pageHandler((request) => enter(request, world)),
);
