import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { signIn } from '../../lib/runtime/world/sign-in.ts';
import { getSignedIn, getSignIn } from '../../lib/console/sign-in-exchange.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const consoleGroups = (process.env['CONSOLE_GROUPS'] ?? '').split(',').filter((group) => group !== '');
const world = { signIn, identityMac, linksUrl, now, consoleGroups };

/** Sends somebody to the issuer of identities, and takes them back. It sees no table. */
export const handler = pageHandler((request) =>
  request.token === '' ? getSignedIn(request, world) : getSignIn(request, world),
);
