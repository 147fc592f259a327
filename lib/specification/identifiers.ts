/**
 * A name or an address as it is compared: compatibility forms resolved (NFKC, UAX #15), characters that show nothing left out,
 * white space as one space, letter case ignored.
 */
export function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** Letters of Cyrillic, Greek and Armenian that look like a Latin one; after "confusables" of Unicode (UTS #39). */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', ɑ: 'a', α: 'a', ѕ: 's', ԁ: 'd', е: 'e', ҽ: 'e', ɡ: 'g', һ: 'h', հ: 'h', і: 'i', ı: 'i', ι: 'i', ɩ: 'i' },
  ...{ ј: 'j', ϳ: 'j', к: 'k', κ: 'k', ӏ: 'l', ո: 'n', η: 'n', о: 'o', ο: 'o', օ: 'o', σ: 'o', р: 'p', ρ: 'p', ԛ: 'q' },
  ...{ г: 'r', с: 'c', ϲ: 'c', т: 't', τ: 't', υ: 'u', ս: 'u', ν: 'v', ѵ: 'v', ԝ: 'w', х: 'x', χ: 'x', у: 'y', γ: 'y' },
  ...{ в: 'b', ь: 'b', β: 'b', м: 'm', μ: 'm', н: 'h', ζ: 'z' },
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
  const parts = text.split(/[,;]/).flatMap((part) => {
    const [, name = '', mail = ''] = /^(.*)<([^<>]*)>\s*$/.exec(part) ?? [];
    const [, principal = ''] = ofPrincipal.exec(part.trim()) ?? [];
    return [part, name, mail, principal];
  });
  const looks = [text, ...parts].map((one) => mailbox(appearance(one))).filter((one) => one !== '');
  return new Set(looks);
}
