import type { Secrets } from './secrets.ts';
import type { Fetch } from './http-exchange.ts';

/** How a vendor is reached; each channel picks what its protocol needs. */
export interface VendorAccess {
  /** What the URL of each method of the vendor's API begins with. */
  readonly baseUrl: string;
  readonly secrets: Secrets;
  readonly fetchIt: Fetch;
  /** Where to ask in place of a URL that a secret, a spec or a request named; the same URL but on a local stack. */
  readonly redirected: (url: string) => string;
}
