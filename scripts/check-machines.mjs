// Validates every state machine of a folder against the Amazon States Language.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import validate from 'asl-validator';
import { parse } from 'yaml';

const folder = process.argv[2];
if (folder === undefined) throw new Error('expected the folder of the state machines as argument');
const files = readdirSync(folder).filter((name) => name.endsWith('.asl.yml'));
if (files.length === 0) throw new Error(`${folder} holds no *.asl.yml`);

for (const name of files) {
  const file = path.join(folder, name);
  const { isValid, errorsText } = check(readFileSync(file, 'utf8'));
  if (isValid) continue;
  console.log(`${file}: ${errorsText('\n  ')}`);
  process.exitCode = 1;
}

/** YAML that does not parse is a finding like any other. */
function check(source) {
  try {
    return validate(parse(source));
  } catch (error) {
    return { isValid: false, errorsText: () => error.message };
  }
}
