const { readFile } = require('node:fs/promises');

const schemas = /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;
const constants = /^const (_\w+) = ("[^"\\]*");$/gm;

/**
 * Writes the keys in the schema tables of the SDK's clients out, `{ [_xF]: 1 }` as `{ "xmlFlattened": 1 }`. The bundler cannot know that a computed
 * key has no side effect, and would keep the shapes of every operation, of S3 some 400, where a function uses one.
 */
function withPlainKeys(source) {
  const values = new Map([...source.matchAll(constants)].map(([, name, value]) => [name, value]));
  return source.replace(/\[(_\w+)\]:/g, (written, name) => (values.has(name) ? `${values.get(name)}:` : written));
}

const plainSchemaKeys = {
  name: 'plain-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: schemas }, async ({ path }) => ({
      contents: withPlainKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** The library of recurrence rules reads and writes English, too, which no function asks of it. */
const rulesWithoutEnglish = {
  name: 'rules-without-english',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]rrule[\\/]dist[\\/]esm[\\/]nlp[\\/]index\.js$/ }, () => ({
      contents: ['fromText', 'parseText', 'toText', 'isFullyConvertible']
        .map(
          (name) =>
            `export const ${name} = () => { throw new Error('Rules are not read or written as English here.'); };`,
        )
        .join('\n'),
      loader: 'js',
    }));
  },
};

const writesJsonSchema = /^ *inst\._zod\.processJSONSchema = .*$/gm;
const makesJsonSchema =
  /createStandardJSONSchemaMethod\(this, "(?:in|out)put"\)|createToJSONSchemaMethod\(this, \{\}\)/g;

/** Schemas check what functions read; none is written out as JSON Schema there, which the command line does. */
const schemasWithoutJsonSchema = {
  name: 'schemas-without-json-schema',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(writesJsonSchema, '')
        .replace(makesJsonSchema, "(() => { throw new Error('No JSON Schema is written here.'); })"),
      loader: 'js',
    }));
  },
};

/** A text of one piece, in quotes of any kind. */
const literal = String.raw`(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|${'`'}[^${'`'}$\\]*${'`'})`;
const described = new RegExp(String.raw`\.describe\(\s*${literal},?\s*\)`, 'g');
const description = new RegExp(String.raw`(?<=[{,]\s*)description:\s*${literal}(?:,|(?=\s*\}))`, 'g');

/** What a field of a spec means stands in its reference and in the schema for editors; no function reads it. */
const specWithoutDescriptions = {
  name: 'spec-without-descriptions',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/](?:specification|drivers|metrics)[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(described, '').replace(description, ''),
      loader: 'ts',
    }));
  },
};

module.exports = [plainSchemaKeys, rulesWithoutEnglish, schemasWithoutJsonSchema, specWithoutDescriptions];
