import { describe, expect, test } from '@jest/globals';
import { personCalled, requestedByPerson } from '../../lib/specification/asked-people.ts';
import type { Person } from '../../lib/specification/approvals.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { exampleSpec } from './example-spec.ts';

const zoe: Person = { name: 'Zo\u00eb', roles: ['qa'], mail: 'zoe@example.com' };
const lia: Person = { name: 'Lia', roles: ['qa'] };
const ana: Person = { name: 'Ana', roles: ['qa'], mail: 'ana@example.com', alias: ['ana-ci'] };

describe('the requester of a rollout', () => {
  test.each([
    ['the name', ana, 'Ana'],
    ['other letter case and space', ana, '  aNA\u00a0 '],
    ['decomposed letters (NFD)', zoe, 'Zoe\u0308'],
    ['wide letters', ana, '\uff21\uff4e\uff41'],
    ['a zero-width character', ana, 'A\u200bn\u2060a'],
    ['a mark of direction', ana, '\u202eAna\u202c'],
    ['a Cyrillic letter that looks alike', ana, '\u0410na'],
    ['a Greek letter that looks alike', ana, 'An\u03b1'],
    ['the alias', ana, 'ANA-CI'],
    ['the mail address', ana, 'ANA@EXAMPLE.COM '],
    ['a plus address', ana, 'ana+ci@example.com'],
    ['name and address', ana, 'Ana <ana@example.com>'],
    ['an address with another name', ana, '"Release" <ana@example.com>'],
    ['a list', ana, 'ci, ana@example.com'],
    ['an address in square brackets', ana, 'pushed [ana@example.com]'],
    ['an address behind a key', ana, 'user=ana@example.com'],
    ['an address behind a trailer', ana, 'Requested-by:ana@example.com'],
    ['a list with semicolons', ana, 'Ben;Ana'],
    ['the session of a role', ana, 'arn:aws:sts::111122223333:assumed-role/dev/ana@example.com'],
    ['a session in another partition', ana, 'arn:aws-cn:sts::111122223333:assumed-role/dev/Ana'],
    ['a variation selector', ana, 'An\ufe0fa'],
    ['a variation selector of a far plane', ana, 'A\u{e0100}na'],
    ['a tag character', ana, 'A\u{e0061}na'],
    ['a grapheme joiner', ana, 'A\u034fna'],
    ['a Hangul filler', ana, 'Ana\u3164'],
    ['an empty Braille cell', ana, 'Ana\u2800'],
    ['a control', ana, 'A\u0008na\u0000'],
    ['an accent that a joiner keeps apart', zoe, 'Zoe\u200d\u0308'],
    ['a dot above an i', lia, 'Li\u0307a'],
    ['a capital I with a dot', lia, 'L\u0130a'],
    ['a small capital', ana, 'A\u0274a'],
    ['a letter of Cherokee', ana, '\u13aana'],
    ['a letter of Coptic', ana, 'An\u2c81'],
    ['a letter of Lisu', ana, '\ua4eena'],
    ['a list with wide commas', ana, 'ci\uff0cAna'],
    ['a list with ideographic commas', ana, 'ci\u3001Ana'],
    ['a list of lines', ana, 'Ben\nAna'],
    ['a slash', ana, 'Ben / Ana'],
    ['the word and', ana, 'Ben and Ana'],
    ['an ampersand', ana, 'Ben & Ana'],
    ['a note in brackets', ana, 'Ana (build 416)'],
    ['an address in brackets', ana, 'Release (ana@example.com)'],
    ['an address in wide brackets', ana, 'X \uff1cana@example.com\uff1e'],
    ['a link of an address', ana, 'mailto:ana@example.com'],
    ['the first of two addresses', ana, 'Ana <ana@example.com> Ben <ben@example.com>'],
    ['an address at the end of a sentence', ana, 'by ana@example.com.'],
    ['a handle', ana, '@ana-ci'],
    ['quotes', ana, '"Ana"'],
    ['an ARN in a sentence', ana, 'by arn:aws-eusc:iam::111122223333:user/ana'],
    ['an IAM user with a path', ana, 'arn:aws:iam::111122223333:user/teams/web/ana'],
  ])('is known by %s', (_, person, requestedBy) => {
    expect(requestedByPerson(person, requestedBy)).toBe(true);
  });

  test.each([
    'Anna',
    'An',
    'Banana',
    'ana@example.org',
    'hana@example.com',
    'a push of shop/web:412',
    '',
    ' ',
    '<>',
    'Ana Lee',
  ])('is not taken for another one: %j', (requestedBy) => {
    expect(requestedByPerson(ana, requestedBy)).toBe(false);
  });

  test('is not known by the mailbox of somebody else in the same spec', () => {
    expect(requestedByPerson({ ...ana, mail: 'ana+sluice@example.com' }, 'ana@example.com')).toBe(true);
    expect(requestedByPerson(zoe, 'ana@example.com')).toBe(false);
  });
});

describe('who decides', () => {
  const people = [ana, zoe, { name: 'Release lead', roles: ['tech-lead'], alias: ['ZO\u00cb', 'lead'] }];

  test.each([
    ['Zoe\u0308', 'Zo\u00eb'],
    ['lead', 'Release lead'],
    ['ana@EXAMPLE.com', 'Ana'],
    ['A\u200bna', 'Ana'],
  ])('%j is %s: a name goes before an alias', (called, name) => {
    expect(personCalled({ people }, called)?.name).toBe(name);
  });

  // Here the safe mistake is to know nobody.
  test.each(['\u0410na', 'ana+ci@example.com', 'Ana <ana@example.com>', 'Ana, Zoe', ''])('%j is nobody', (called) => {
    expect(personCalled({ people }, called)).toBeUndefined();
  });
});

describe('a spec', () => {
  const withPeople = (...people: readonly object[]) => {
    const lines = people.map((person) => `    - ${JSON.stringify({ roles: ['tech-lead'], ...person })}`).join('\n');
    const parsed = parseSpec(`${exampleSpec}\napprovals:\n  required: [tech-lead]\n  people:\n${lines}\n`, 'web.yml');
    return parsed.ok ? [] : parsed.findings.map(({ message }) => message);
  };

  test.each([
    ['a name', { name: 'Ana' }, { name: 'ana' }],
    ['a name that looks alike', { name: 'Ana' }, { name: '\u0410na' }],
    ['a name in another encoding', { name: 'Zo\u00eb' }, { name: 'Zoe\u0308' }],
    ['a mail address', { name: 'Ana', mail: 'ana@example.com' }, { name: 'Ana QA', mail: 'Ana@Example.com' }],
    ['a mailbox', { name: 'Ana', mail: 'ana@example.com' }, { name: 'Ana QA', mail: 'ana+qa@example.com' }],
    ['a Slack member', { name: 'Ana', slack: 'U0ANA' }, { name: 'Ana QA', slack: 'U0ANA' }],
    ['an alias', { name: 'Ana', alias: ['ci'] }, { name: 'Ben', alias: ['CI'] }],
    ["an alias that is the other one's name", { name: 'Release lead', alias: ['Ben'] }, { name: 'Ben' }],
    [
      "an alias that is the other one's address",
      { name: 'Ana', alias: ['ben@example.com'] },
      { name: 'Ben', mail: 'ben@example.com' },
    ],
    ['a name that shows no more', { name: 'Ana' }, { name: 'Ana\ufe0f' }],
    [
      "an address that is the other one's subject",
      { name: 'Ana', mail: 'ana@example.com' },
      { name: 'Ben', oidc: { issuer: 'https://id.example.com', subject: 'Ana@example.com' } },
    ],
    [
      "an address that is the other one's session",
      { name: 'Ana', mail: 'ana@example.com' },
      {
        name: 'Ben',
        principals: ['arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/ana@example.com'],
      },
    ],
    [
      'a principal in other letter case',
      { name: 'Ana', principals: ['arn:aws:iam::111122223333:user/ana'] },
      { name: 'Ben', principals: ['arn:aws:iam::111122223333:user/Ana'] },
    ],
  ])('is refused where two people share %s', (_, one, other) => {
    expect(withPeople(one, other)).toEqual([
      expect.stringMatching(/expected each person once|expected identifiers of one person/),
    ]);
  });

  test('may call one person by the same word twice', () => {
    expect(
      withPeople({ name: 'Ana', mail: 'ana@example.com', alias: ['ana', 'ANA@example.com'] }, { name: 'Ben' }),
    ).toEqual([]);
  });

  test('is refused where a mail address is no ASCII', () => {
    expect(withPeople({ name: 'Kim', mail: '\u212Aim@example.com' })).toEqual([
      expect.stringContaining('expected a mail address'),
    ]);
  });
});
