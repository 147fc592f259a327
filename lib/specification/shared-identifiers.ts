import { quote } from './text/plain-text.ts';
import { identifiersIn } from './identifiers.ts';

interface Named {
  readonly name: string;
  readonly mail?: string | undefined;
  readonly slack?: string | undefined;
  readonly alias?: readonly string[] | undefined;
  readonly github?: string | undefined;
  readonly oidc?: { readonly issuer: string; readonly subject: string } | undefined;
  readonly principals?: readonly string[] | undefined;
}

type Field = 'name' | 'mail' | 'slack' | 'alias' | 'github' | 'oidc' | 'principals';

/** What two people of a spec share, or what is too much alike to tell them apart. */
export interface SharedIdentifier {
  /** The later of the two. */
  readonly index: number;
  readonly field: Field;
  readonly message: string;
}

/**
 * Finds identifiers that two entries share: one person with two entries could fill two roles, and what is decided as one of two
 * people would count for the other.
 */
export function sharedIdentifiers(people: readonly Named[]): readonly SharedIdentifier[] {
  const owners = new Map<string, number>();
  return people.flatMap((person, index) => {
    const shared = identifiers(person).flatMap(({ field, written, looks }): SharedIdentifier[] => {
      const owner = looks.map((look) => owners.get(look)).find((found) => found !== undefined && found !== index);
      for (const look of looks) if (!owners.has(look)) owners.set(look, index);
      if (owner === undefined) return [];
      return [{ index, field, message: messageOf(field, written, people[owner]?.name ?? '') }];
    });
    return shared.slice(0, 1);
  });
}

function messageOf(field: Field, written: string, other: string): string {
  if (field === 'name')
    return `${quote(written)} is named twice, or looks like ${quote(other)}, expected each person once`;
  return `${quote(written)} also stands for ${quote(other)}, expected identifiers of one person each`;
}

interface Identifier {
  readonly field: Field;
  readonly written: string;
  /** Two identifiers with one of these in common are one. */
  readonly looks: readonly string[];
}

function identifiers({ name, mail, slack, alias = [], github, oidc, principals = [] }: Named): readonly Identifier[] {
  const texts: readonly { readonly field: Field; readonly written: string | undefined }[] = [
    { field: 'name', written: name },
    { field: 'mail', written: mail },
    ...alias.map((written) => ({ field: 'alias' as const, written })),
  ];
  // Ids are no names: each kind is compared as its issuer compares it, among its own.
  const ids: readonly { readonly field: Field; readonly written: string | undefined; readonly id?: string }[] = [
    { field: 'slack', written: slack },
    { field: 'github', written: github, ...(github !== undefined && { id: github.toLowerCase() }) },
    { field: 'oidc', written: oidc && `${oidc.issuer} ${oidc.subject}` },
    // Names of IAM are unique in whatever letter case.
    ...principals.map((written) => ({ field: 'principals' as const, written, id: written.toLowerCase() })),
  ];
  // An issuer that has addresses for subjects, and IAM Identity Center with its sessions, call a person by their mail address.
  const addresses = [
    { field: 'oidc' as const, written: oidc?.subject ?? '' },
    ...principals.map((arn) => ({ field: 'principals' as const, written: arn.slice(arn.lastIndexOf('/') + 1) })),
  ].filter(({ written }) => written.includes('@'));
  return [
    ...[...texts, ...addresses].flatMap(({ field, written }) =>
      written === undefined ? [] : [{ field, written, looks: [...identifiersIn(written)] }],
    ),
    ...ids.flatMap(({ field, written, id = written }) =>
      written === undefined || id === undefined ? [] : [{ field, written, looks: [`${field} ${id}`] }],
    ),
  ];
}
