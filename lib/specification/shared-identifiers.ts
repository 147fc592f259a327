import { quote } from './plain-text.ts';
import { identifiersIn } from './identifiers.ts';

interface Named {
  readonly name: string;
  readonly mail?: string | undefined;
  readonly slack?: string | undefined;
  readonly alias?: readonly string[] | undefined;
}

type Field = 'name' | 'mail' | 'slack' | 'alias';

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

function identifiers({ name, mail, slack, alias = [] }: Named) {
  const texts: readonly { readonly field: Field; readonly written: string | undefined }[] = [
    { field: 'name', written: name },
    { field: 'mail', written: mail },
    { field: 'slack', written: slack },
    ...alias.map((written) => ({ field: 'alias' as const, written })),
  ];
  return texts.flatMap(({ field, written }) => {
    if (written === undefined) return [];
    // Ids of Slack are no names: they are compared as they stand, among themselves.
    return [{ field, written, looks: field === 'slack' ? [`slack ${written}`] : [...identifiersIn(written)] }];
  });
}
