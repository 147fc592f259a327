import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { randomWord } from '../../lib/runtime/world/random-word.ts';
import { signIn } from '../../lib/runtime/world/sign-in.ts';
import { signIns } from '../../lib/runtime/world/sign-ins.ts';
import { getSignedIn, getSignIn } from '../../lib/console/sign-in-exchange.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const consoleGroups = (process.env['CONSOLE_GROUPS'] ?? '').split(',').filter((group) => group !== '');
const world = { signIn, signIns, identityMac, linksUrl, now, consoleGroups, randomId: randomWord };

/** Sends somebody to the issuer of identities, and takes them back. It reads no table, and writes who signed in. */
export const handler = pageHandler((request) =>
  request.token === '' ? getSignedIn(request, world) : getSignIn(request, world),
);
