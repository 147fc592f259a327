import { type SeenSignIn, signInEntry } from '../../ports/sign-ins.ts';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import { eachOf } from '../../storage/archive/archive-copy.ts';
import { signInFolder } from '../../storage/archive/object-keys.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';

/**
 * `sluice audit export --sign-ins`: prints each sign-in as a line of JSON, oldest first. The table also says who came, as far as that was
 * not erased; the archive has the ids of people alone.
 */
export async function exportSignIns(
  { archive, ...options }: StackOptions & { readonly archive?: string },
  context: CliContext,
): Promise<void> {
  const found =
    archive === undefined
      ? await (await context.connect(options)).signIns()
      : await archivedSignIns(archive, options, context);
  for (const one of found) context.out(jsonText(one));
}

async function archivedSignIns(
  archive: string,
  options: StackOptions,
  context: CliContext,
): Promise<readonly SeenSignIn[]> {
  const copy = await context.archive(archive, options);
  const keys = (await copy.keys()).filter((key) => key.startsWith(signInFolder)).toSorted();
  const found = await eachOf(keys, async (key) => {
    const texts = await copy.texts(key);
    return texts.map((text) => entryIn(`${archive}/${key}`, text));
  });
  return found.flat();
}

/** What cannot be read is no sign-in that may be left out: `verify` names it. */
function entryIn(object: string, text: string): SeenSignIn {
  const read = signInEntry.safeParse(parsedJson(text));
  if (read.success) return read.data;
  throw new CliFailure(`${object} is no sign-in of Sluice. See what was changed with: sluice audit verify --archive …`);
}
