// Writes what is generated from the rollout spec's schema: its reference in docs/specification.md and schema/rollout.schema.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rolloutJsonSchema } from '../lib/spec/json-schema.ts';
import { referenceOf, referenceTable } from '../lib/spec/reference.ts';
import { rolloutSpec } from '../lib/spec/rollout-spec.ts';

const page = new URL('../docs/specification.md', import.meta.url);
const marks = ['<!-- generated: npm run generate -->', '<!-- end of what is generated -->'];
const [before = '', rest = ''] = readFileSync(page, 'utf8').split(`${marks[0]}\n`);
const after = rest.split(`${marks[1]}\n`)[1];
if (after === undefined) throw new Error('docs/specification.md has lost the marks around its reference.');
const table = referenceTable(referenceOf(rolloutSpec));
writeFileSync(page, `${before}${marks[0]}\n\n${table}\n\n${marks[1]}\n${after}`);

mkdirSync(new URL('../schema', import.meta.url), { recursive: true });
const schemaFile = new URL('../schema/rollout.schema.json', import.meta.url);
writeFileSync(schemaFile, `${JSON.stringify(rolloutJsonSchema(), undefined, 2)}\n`);
