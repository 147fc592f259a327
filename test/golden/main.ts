// `npm run golden`: holds what the product does against the record, or records it anew with `-- --write`.
import { parseArgs } from 'node:util';
import { firstDifference } from './first-difference.ts';
import { recordedText, textOf, writeText } from './record.ts';
import { sections, templateSection } from './sections.ts';

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean' }, print: { type: 'boolean' } },
  allowPositionals: true,
});
const chosen = [...sections, templateSection].filter(
  ({ name }) => positionals.length === 0 || positionals.some((wanted) => name.includes(wanted)),
);

let different = 0;
for (const section of chosen) {
  const text = await textOf(values.print === true ? { ...section, isBrief: false } : section);
  if (values.print === true) process.stdout.write(text);
  else if (values.write === true) writeText(section, text);
  else {
    const difference = firstDifference(section.name, recordedText(section), text);
    if (difference !== undefined) process.stdout.write(`${difference}\n`);
    different += difference === undefined ? 0 : 1;
  }
}
const done = `${String(chosen.length)} sections ${values.write === true ? 'recorded' : 'compared'}`;
if (values.print !== true) process.stdout.write(`${done}${different > 0 ? `, ${String(different)} differ` : ''}.\n`);
process.exitCode = different > 0 ? 1 : 0;
