import type { Installation } from '../../messages/message.ts';
import { setting } from '../../platform/environment.ts';

/** The stage that is deployed, its region, and where its pages are for a function that is told. */
export const installation: Installation = {
  stage: setting('STAGE'),
  region: setting('AWS_REGION'),
  pagesUrl: process.env['LINKS_URL'],
};
