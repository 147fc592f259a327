/** Characters that show nothing: those that Unicode lets a renderer ignore (UAX #44), formats, controls, and the empty Braille cell. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800]/gu;

/**
 * A name or an address as it is compared: compatibility forms resolved (NFKC, UAX #15), characters that show nothing left out,
 * white space as one space, letter case ignored.
 */
export function comparable(text: string): string {
  // What shows nothing may keep a letter and its accent apart, and a compatibility form may be made of it.
  const seen = text.replaceAll(/\s+/gu, ' ').replaceAll(unseen, '').normalize('NFKC').replaceAll(unseen, '');
  const lower = seen.replaceAll(/\s+/gu, ' ').trim().toLowerCase();
  // A dot above an i or a j is there already: `\u0130` is an i with a second one in lower case.
  return lower.replaceAll(/(?<=[ij])\u0307/gu, '').normalize('NFC');
}

/** Letters that look like a Latin one, pair by pair; after "confusables" of Unicode (UTS #39). */
const alike = (letters: string) =>
  Object.fromEntries(letters.split(' ').map(([letter = '', latin = '']) => [letter, latin]));

/** Of Cyrillic, Greek and Armenian. */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', ɑ: 'a', α: 'a', ѕ: 's', ԁ: 'd', е: 'e', ҽ: 'e', ɡ: 'g', һ: 'h', հ: 'h', і: 'i', ı: 'i', ι: 'i', ɩ: 'i' },
  ...{ ј: 'j', ϳ: 'j', к: 'k', κ: 'k', ӏ: 'l', ո: 'n', η: 'n', о: 'o', ο: 'o', օ: 'o', σ: 'o', р: 'p', ρ: 'p', ԛ: 'q' },
  ...{ г: 'r', с: 'c', ϲ: 'c', т: 't', τ: 't', υ: 'u', ս: 'u', ν: 'v', ѵ: 'v', ԝ: 'w', х: 'x', χ: 'x', у: 'y', γ: 'y' },
  ...{ в: 'b', ь: 'b', β: 'b', м: 'm', μ: 'm', н: 'h', ζ: 'z' },
  // Small capitals of Latin, Cherokee, Coptic, Lisu.
  ...alike('ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ᴛt ᴜu ᴠv ᴡw ʏy ᴢz'),
  ...alike('ꭰd ꭱr ꭲt ꭵi ꭺa ꭻj ꭼe ꮃw ꮇm ꮋh ꮐg ꮓz ꮢr ꮩv ꮪs ꮮl ꮯc ꮲp ꮶk'),
  ...alike('ⲁa ⲃb ⲏh ⲓi ⲕk ⲙm ⲛn ⲟo ⲣp ⲥc ⲧt ⲩy ⲭx ⲍz'),
  ...alike('ꓐb ꓑp ꓓd ꓔt ꓖg ꓗk ꓙj ꓚc ꓜz ꓝf ꓟm ꓠn ꓡl ꓢs ꓣr ꓦv ꓧh ꓪw ꓫx ꓬy ꓮa ꓰe ꓲi ꓳo ꓴu'),
};

/**
 * What a name looks like: two that people cannot tell apart are the same. Only where to take two for one is the safe mistake:
 * to refuse an approval, or a spec that names both.
 */
function appearance(text: string): string {
  return comparable(text).replaceAll(/\P{ASCII}/gu, (letter) => lookAlikes[letter] ?? letter);
}

/** `ana+ci@example.com` reaches the mailbox of `ana@example.com`. */
function mailbox(address: string): string {
  return address.replace(/^([^@+]+)\+[^@]*@/, '$1@');
}

/** The name at the end of an ARN of a user or of a role's session. */
const ofPrincipal = /^arn:[^:]*:(?:iam|sts)::\d*:(?:user|assumed-role|federated-user)\/(?:.*\/)?([^/]+)$/;

/**
 * Everything that a text may call a person by, as it looks: the text itself, the parts of a list, the two of `Name <mail>`, the
 * mailbox of an address with a `+` part, the name in a principal's ARN.
 */
export function identifiersIn(text: string): ReadonlySet<string> {
  const plain = comparable(text);
  const parts = plain.split(/[,;、]/).flatMap((part) => {
    const [, name = '', mail = ''] = /^(.*)<([^<>]*)>\s*$/.exec(part) ?? [];
    const [, principal = ''] = ofPrincipal.exec(part.trim()) ?? [];
    return [part, name, mail, principal];
  });
  const looks = [plain, ...parts].map((one) => mailbox(appearance(one))).filter((one) => one !== '');
  return new Set(looks);
}

/** What stands between two people, or before one, in texts such as `Ana + Ben`, `requested by Ana`, `Ben -> Ana`. */
const between = /[,;、|&+→<>]| on behalf of | (?:and|or|for|of|by|from|via|as|with|to|[-–—]+) /;

/**
 * Everyone whom a text may name as requester, which people and pipelines write as they like: besides what a name calls, the parts of
 * `Ana / Ben`, `Ana and Ben`, `Ana for Ben`, `by: Ana` and lines, what stands before and within brackets, and each address and ARN.
 */
export function requestersIn(text: string): ReadonlySet<string> {
  const plain = comparable(text.replaceAll(/[\r\n]+/g, ','));
  // An ARN has its own slashes and colons: what stands between them is no person.
  const parts = plain.split(between).flatMap((part) => (part.includes('arn:') ? [part] : part.split(/[/:]/)));
  const bracketed = parts.flatMap((part) => [part, part.replaceAll(/\([^()]*\)/g, ' '), ...part.split(/[()]/)]);
  const addresses = plain.split(/[\s<>()[\]{}"',;:=、/]+/).filter((word) => word.includes('@'));
  const words = plain.split(/[\s<>()[\]",;=、]+/).filter((word) => word.startsWith('arn:'));
  const bare = [...bracketed, ...addresses, ...words].map((one) =>
    one
      .trim()
      .replace(/^(?:mailto:|["'“@])+/, '')
      .replace(/(?<!["'”.])["'”.]+$/, ''),
  );
  return new Set([text, ...bare].flatMap((one) => [...identifiersIn(one)]));
}
