// Writes what is generated: from the rollout spec's schema its reference in docs/specification.md and schema/rollout.schema.json and its type, from the
// definitions of events their tables in docs/events.md and docs/releases.md, from the checks theirs in docs/checks.md, from the drivers theirs in
// docs/drivers.md, the list of verbs in README.md, and the form of a stored spec.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { checkTable } from '../lib/checks/check-table.ts';
import { requirementTable } from '../lib/checks/requirement-table.ts';
import { verbs } from '../lib/cli/verbs.ts';
import { driverTable } from '../lib/specification/driver-table.ts';
import { eventTable } from '../lib/rollout/event-table.ts';
import { releaseEventTable } from '../lib/releases/release-event-table.ts';
import { rolloutJsonSchema } from '../lib/specification/json-schema.ts';
import { presetRows, referenceOf, referenceTable } from '../lib/specification/reference.ts';
import { rolloutSpec } from '../lib/specification/rollout-spec.ts';
import { declarationOf } from '../lib/specification/type-of-schema.ts';
import { storedForms } from '../lib/specification/stored-form.ts';

const page = new URL('../docs/specification.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const ofReference = text.replace(/(<!-- generated: npm run generate -->\n)[^]*?(\n<!-- end)/, (_, start, end) => {
  return `${start}\n${referenceTable(referenceOf(rolloutSpec))}\n${end}`;
});
const head = '| Preset | Gate | Reads | Pass | Abort |\n|---|---|---|---|---|\n';
const [before, after] = ofReference.split(head);
if (after === undefined) throw new Error('docs/specification.md has lost the head of its table of presets.');
writeFileSync(page, `${before}${head}${presetRows().join('\n')}\n${after.slice(after.indexOf('\n\n') + 1)}`);

mkdirSync(new URL('../schema', import.meta.url), { recursive: true });
const schemaFile = new URL('../schema/rollout.schema.json', import.meta.url);
writeFileSync(schemaFile, `${JSON.stringify(rolloutJsonSchema(), undefined, 2)}\n`);

const declaration = `// Generated from the schema of the spec: npm run generate

/** A rollout spec as a team writes it: JSON is YAML, so what is written as JSON may be given to \`sluice lint\` and \`sluice apply\`. */
${declarationOf('RolloutSpec', rolloutJsonSchema())}`;
const declarationFile = new URL('../schema/index.d.ts', import.meta.url);
const style = await resolveConfig(declarationFile);
writeFileSync(declarationFile, await format(declaration, { ...style, filepath: declarationFile.pathname }));

const generated = /(<!-- generated: npm run generate -->\n)[^]*?(\n<!-- end)/;
writeBetweenMarks('docs/events.md', eventTable());
writeBetweenMarks('docs/releases.md', releaseEventTable());
writeBetweenMarks('docs/drivers.md', driverTable());

const testsOfChecks = new Map(
  readdirSync(new URL('../test/checks', import.meta.url)).flatMap((file) => {
    const source = readFileSync(new URL(`../test/checks/${file}`, import.meta.url), 'utf8');
    return [...source.matchAll(/^fourTests\('([^']+)'/gm)].map(([, name]) => [name, `test/checks/${file}`]);
  }),
);
const checksPage = new URL('../docs/checks.md', import.meta.url);
const requirements = /(<!-- generated: requirements -->\n)[^]*?(\n<!-- end)/;
writeFileSync(
  checksPage,
  readFileSync(checksPage, 'utf8')
    .replace(generated, (_, start, end) => `${start}\n${checkTable((name) => testsOfChecks.get(name))}\n${end}`)
    .replace(requirements, (_, start, end) => `${start}\n${requirementTable()}\n${end}`),
);

const readmePage = new URL('../README.md', import.meta.url);
const readme = readFileSync(readmePage, 'utf8');
const listOfVerbs = /(\| `npx --no sluice <verb>` \| `)[^`]*`/;
if (!listOfVerbs.test(readme)) throw new Error('README.md has lost its row of the verbs.');
writeFileSync(
  readmePage,
  readme.replace(listOfVerbs, (_, start) => `${start}${verbs.map(({ name }) => name).join(' ')}\``),
);

const forms = storedForms();
const gateForm = JSON.stringify(forms.gate);
const checksForm = JSON.stringify(forms.spec.fields['checks?']);
await writeForm('stored-gate-form.ts', 'storedGateForm', 'gates', gateForm);
const taskForms = { Before: forms.spec.fields['before?'], AfterRetention: forms.spec.fields['afterRetention?'] };
const [beforeForm, afterForm] = Object.values(taskForms).map((form) => JSON.stringify(form));
const checksAndTasks = [
  checksForm,
  `/** The form in which tasks before traffic are stored. */\nexport const storedBeforeForm: Form = ${beforeForm}`,
  `/** The form in which tasks after the retention are stored. */\nexport const storedAfterRetentionForm: Form = ${afterForm}`,
].join(';\n\n');
await writeForm('stored-checks-form.ts', 'storedChecksForm', 'settings of checks', checksAndTasks);
const verifyForm = JSON.stringify(forms.spec.fields['verify?']);
await writeForm('stored-verify-form.ts', 'storedVerifyForm', 'what green is verified by', verifyForm);
const calendarForm = JSON.stringify(forms.calendarEntry);
await writeForm('stored-calendar-form.ts', 'storedCalendarForm', 'times of a calendar', calendarForm);
const notificationsForm = JSON.stringify(forms.spec.fields['notifications?']);
await writeForm('stored-notifications-form.ts', 'storedNotificationsForm', 'notifications', notificationsForm);
const incidentForm = JSON.stringify(forms.spec.fields['incident?']);
await writeForm('stored-incident-form.ts', 'storedIncidentForm', 'settings of incidents', incidentForm);
await writeForm(
  'stored-spec-form.ts',
  'storedSpecForm',
  'specs',
  JSON.stringify(forms.spec)
    .replace(gateForm, 'storedGateForm')
    .replace(checksForm, 'storedChecksForm')
    .replace(verifyForm, 'storedVerifyForm')
    .replace(beforeForm, 'storedBeforeForm')
    .replace(afterForm, 'storedAfterRetentionForm')
    .replace(notificationsForm, 'storedNotificationsForm')
    .replace(incidentForm, 'storedIncidentForm')
    .replaceAll(calendarForm, 'storedCalendarForm'),
  "import { storedCalendarForm } from './stored-calendar-form.ts';\nimport { storedAfterRetentionForm, storedBeforeForm, storedChecksForm } from './stored-checks-form.ts';\nimport { storedGateForm } from './stored-gate-form.ts';\nimport { storedIncidentForm } from './stored-incident-form.ts';\nimport { storedNotificationsForm } from './stored-notifications-form.ts';\nimport { storedVerifyForm } from './stored-verify-form.ts';\n",
);

async function writeForm(file, name, what, form, more = '') {
  const url = new URL(`../lib/specification/${file}`, import.meta.url);
  const source = `// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';
${more}
/** The form in which ${what} are stored. */
export const ${name}: Form = ${form};
`;
  writeFileSync(url, await format(source, { ...(await resolveConfig(url)), filepath: url.pathname }));
}

/** Puts a table in the place of the one that a page has between its marks. */
function writeBetweenMarks(name, table) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  if (!generated.test(text)) throw new Error(`${name} has lost the marks around its table.`);
  writeFileSync(
    file,
    text.replace(generated, (_, start, end) => `${start}\n${table}\n${end}`),
  );
}
