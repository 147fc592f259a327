import { readFile } from 'node:fs/promises';
import { withPackagedStack } from '../stack/package-stack.ts';
import { checkRights } from './check.ts';

// What every part of the packaged stack asks of IAM, and what becomes of it once each right is taken away.
const { denied, refused, removals } = await withPackagedStack('production', async ({ template }) =>
  checkRights(JSON.parse(await readFile(template, 'utf8'))),
);
for (const { role, action, resource, by } of denied)
  console.log(`${role} may not ${action} ${resource}, which ${by} does.`);
for (const { service, request } of refused)
  console.log(`${service} may not ${request.action} ${request.resource}, which ${request.by} needs.`);
const unused = removals.filter(({ found }) => found === null);
for (const { role, gone } of unused) console.log(`${role}: nothing needs ${gone}.`);
const roles = new Set(removals.map(({ role }) => role));
console.log(
  `${removals.length} rights of ${roles.size} roles were taken away, one at a time; ${removals.length - unused.length} were missed by a call.`,
);
if (denied.length + refused.length + unused.length > 0) process.exitCode = 1;
