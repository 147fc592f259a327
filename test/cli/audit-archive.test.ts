import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { archiveFolder } from '../../lib/cli/audit/archive-folder.ts';
import { eventKey } from '../../lib/storage/archive/object-keys.ts';
import { verifyArchive } from '../../lib/storage/archive/verify-archive.ts';
import {
  ArchiveUnderTest,
  localSigner,
  publicKey,
  publicPem,
  sampleEvents,
} from '../storage/archive/memory-archive.ts';
import { rolloutId, written } from '../storage/chained-record.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;
let under: ArchiveUnderTest;

beforeEach(async () => {
  cli = new FakeCli();
  under = await new ArchiveUnderTest().fill();
  cli.archives.set('copy', under.bucket);
  cli.files.set('production.pem', publicPem);
  cli.records.set(rolloutId, { rolloutId, events: sampleEvents(), state: written().state });
});

const verify = (more = '') => cli.run(`audit verify ${more} --archive copy --key production.pem`);

describe('sluice audit verify --archive', () => {
  test('of what nobody touched says how much it is and up to when, and asks no AWS', async () => {
    const { code, out } = await verify();

    expect(out[0]).toBe(`copy: ${under.size + 2} objects of 1 rollouts are as they were signed.`);
    expect(out[1]).toMatch(/^Newest checkpoint: 9 of 2026-03-01T11:09:00.000Z, hash [0-9a-f]{64}$/);
    expect([code, cli.connected.length]).toEqual([0, 0]);
  });

  test('names what was changed, and fails', async () => {
    under.bucket.objects.set(eventKey(rolloutId, 2), '{}');
    const { code, out } = await verify();
    const { out: json } = await cli.run('audit verify --archive copy --key production.pem --json');

    expect(out.slice(0, 2)).toEqual(['copy does not hold what was signed:', '  Event 2 of web-1 was changed.']);
    expect(JSON.parse(json.join(''))).toMatchObject({ findings: [{ kind: 'changed', sequence: 2 }], rollouts: 1 });
    expect(code).toBe(1);
  });

  test('with a rollout holds the table against it', async () => {
    expect(await verify(rolloutId)).toMatchObject({
      code: 0,
      out: [expect.stringContaining('stage production has the same events of web-1'), expect.any(String)],
    });
    const events = sampleEvents();
    events.delete(3);
    cli.records.set(rolloutId, { rolloutId, events, state: written().state });

    const { code, out } = await verify(rolloutId);

    expect(out[1]).toBe('  Event 3 of web-1 is missing from the table.');
    expect(code).toBe(1);
  });

  describe('with a rollout that the archive has nothing of', () => {
    const old = 'web-0';
    /** Events without a chain, as an early version wrote them. */
    const keep = (...times: readonly string[]) => {
      const events = times.map(
        (at, index) => [index + 1, JSON.stringify({ rolloutId: old, sequence: index + 1, at })] as const,
      );
      cli.records.set(old, { rolloutId: old, events: new Map(events), state: {} });
    };

    test('says in one line that it ended before the archive began, and accuses nobody', async () => {
      keep('2026-02-01T10:00:00.000Z', '2026-02-01T10:30:00.000Z');

      const { code, out } = await verify(old);
      const { out: json } = await verify(`${old} --json`);

      expect(out).toEqual([
        `copy: ${under.size + 2} objects of 1 rollouts are as they were signed.`,
        expect.stringContaining('Newest checkpoint: 9'),
        expect.stringContaining('web-0 is older than the archive, which began at 2026-03-01T11:01:00.000Z'),
      ]);
      expect(JSON.parse(json.join(''))).toMatchObject({ findings: [], older: old });
      expect(code).toBe(0);
    });

    test('names its events where one is younger than the archive, or cannot be read', async () => {
      keep('2026-02-01T10:00:00.000Z', '2026-03-01T12:00:00.000Z');
      const { code, out } = await verify(old);
      keep('2026-02-01T10:00:00.000Z', 'never');

      expect([code, out.filter((line) => line.includes('is in the table and not in the archive')).length]).toEqual([
        1, 2,
      ]);
      expect(await verify(old)).toMatchObject({ code: 1 });
    });

    test('names what was dropped where a checkpoint names its events', async () => {
      for (let sequence = 1; sequence <= under.size; sequence += 1) {
        under.bucket.objects.delete(eventKey(rolloutId, sequence));
      }
      const events = new Map([[1, JSON.stringify({ rolloutId, sequence: 1, at: '2026-02-01T10:00:00.000Z' })]]);
      cli.records.set(rolloutId, { rolloutId, events, state: {} });

      const { code, out } = await verify(rolloutId);

      expect(out.join('\n')).not.toContain('is older than the archive');
      expect(out.join('\n')).toContain('Event 1 of web-1 is in the table and not in the archive');
      expect(code).toBe(1);
    });
  });

  test('prints no name that steers the terminal', async () => {
    under.bucket.objects.set('services/\u001b[2J/specs/1.json', '{}');

    expect((await verify()).out[1]).toContain('services/\\u{001b}[2J/specs/1.json is named by no signed checkpoint');
  });

  test.each([
    ['no key', '--archive copy', 'Name the file of the public key with --key.', 2],
    ['a key that is not there', '--archive copy --key x.pem', 'x.pem cannot be read', 1],
    ['a key that is none', '--archive copy --key none.pem', 'none.pem is no key of an archive', 1],
    ['a key without an archive', '--key production.pem', '--key is for --archive alone.', 2],
    ['a file besides', '--archive copy --file x', 'Name --archive or --file, and not both.', 2],
    ['a place without checkpoints', '--archive empty --key production.pem', 'empty has no checkpoint', 1],
    ['an unknown rollout', 'web-9 --archive copy --key production.pem', 'knows a rollout "web-9"', 1],
  ])('refuses %s', async (_, words, says, exit) => {
    cli.files.set('none.pem', 'nothing');
    cli.archives.set('empty', { keys: () => Promise.resolve([]), texts: () => Promise.resolve([]) });

    const { code, err } = await cli.run(`audit verify ${words}`);

    expect(err.join()).toContain(says);
    expect(code).toBe(exit);
  });
});

describe('sluice audit export --archive', () => {
  test('prints a record that verifies by itself, without the state that only the table has', async () => {
    const { out } = await cli.run(`audit export ${rolloutId} --archive copy`);
    cli.files.set('web.jsonl', out.join('\n'));

    expect(await cli.run('audit verify --file web.jsonl')).toMatchObject({
      ...{ code: 0, out: [`web-1: ${under.size} events follow from each other.`] },
    });
    expect(cli.connected).toEqual([]);
  });

  test('says where there is none', async () => {
    const { code, err } = await cli.run('audit export web-9 --archive copy');

    expect(err.join()).toContain('copy has no event of a rollout "web-9"');
    expect(code).toBe(1);
  });
});

test('sluice audit key prints the public key of the stage', async () => {
  cli.signers.set('alias/sluice-staging-checkpoints', localSigner());

  expect((await cli.run('audit key --stage staging')).out.join('\n')).toBe(publicPem.trim());
});

describe('a copy in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-archive-'));
    for (const [key, text] of under.bucket.objects) await put(key, text);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function put(key: string, text: string): Promise<void> {
    const file = path.join(folder, ...key.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  test('is verified as the bucket is', async () => {
    expect(await verifyArchive(archiveFolder(folder), publicKey)).toMatchObject({
      ...{ findings: [], objects: under.size + 2, newest: { number: 9 } },
    });
  });

  test('has every file that is too much named, a link among them', async () => {
    await put('a/b/c/d/e/f.json', '{}');
    await symlink('/', path.join(folder, 'root'));

    const { findings } = await verifyArchive(archiveFolder(folder), publicKey);

    expect(findings.map(({ kind, object }) => [kind, object])).toEqual([
      ['inserted', 'a/b/c/d/e/f.json'],
      ['inserted', 'root'],
    ]);
  });

  test('that is not there is said so', async () => {
    await expect(archiveFolder(path.join(folder, 'none')).keys()).rejects.toThrow('cannot be read (ENOENT)');
  });
});

describe('sluice audit export --sign-ins', () => {
  const entry = (number: number) => ({
    ...{ at: `2026-03-01T10:0${String(number)}:00.000Z`, id: `one${String(number)}` },
    ...{ way: 'minted' as const, person: '0a1b2c' },
  });
  const keyOf = (number: number) => `sign-ins/2026-03-01T100${String(number)}00.000Z-one${String(number)}.json`;

  test('says who came, from the table', async () => {
    const who = { principal: 'arn:aws:iam::111122223333:user/ana' };
    cli.seenSignIns.push({ ...entry(1), who }, entry(2));

    const { code, out } = await cli.run('audit export --sign-ins');

    expect(code).toBe(0);
    expect(out.map((line): unknown => JSON.parse(line))).toEqual([{ ...entry(1), who }, entry(2)]);
  });

  test('gives ids alone from an archive, oldest first, and asks no AWS', async () => {
    for (const number of [2, 1])
      under.bucket.objects.set(keyOf(number), JSON.stringify({ pk: 'SIGNINS', sk: 'x', ...entry(number) }));

    const { code, out } = await cli.run('audit export --sign-ins --archive copy');

    expect(out.map((line): unknown => JSON.parse(line))).toEqual([entry(1), entry(2)]);
    expect([code, cli.connected.length]).toEqual([0, 0]);
  });

  test('names what is no sign-in, and leaves none out', async () => {
    under.bucket.objects.set(keyOf(1), '{"way":"minted"}');

    const { code, err } = await cli.run('audit export --sign-ins --archive copy');

    expect(code).toBe(1);
    expect(err.join(' ')).toContain(`copy/${keyOf(1)} is no sign-in of Sluice`);
  });

  test('a sign-in that was changed, or that nobody signed, is a finding', async () => {
    const item = { pk: 'SIGNINS', sk: `SIGNIN#${entry(1).at}#${entry(1).id}` };
    under.table.items.set(`${item.pk} ${item.sk}`, { ...item, ...entry(1) });
    await under.archive.keep([item]);
    expect((await verify()).code).toBe(0);

    under.bucket.objects.set(keyOf(1), JSON.stringify({ ...item, ...entry(1), person: 'another' }));
    under.bucket.objects.set(keyOf(2), JSON.stringify(entry(2)));
    const { code, out } = await verify();

    expect(code).toBe(1);
    expect(out.join('\n')).toContain(`${keyOf(1)} was changed.`);
    expect(out.join('\n')).toContain(`${keyOf(2)} is named by no signed checkpoint: it was inserted.`);
  });

  test.each(['audit export', 'audit export web-1 --sign-ins'])('%s wants one of the two', async (command) => {
    expect(await cli.run(command)).toMatchObject({ code: 2 });
  });
});
