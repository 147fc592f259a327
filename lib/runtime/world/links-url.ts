import { setting } from '../../platform/environment.ts';

/** Where the pages of personal links are. */
export const linksUrl = setting('LINKS_URL');
