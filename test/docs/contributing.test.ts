import { globSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { newInbox } from '../channels/inbox-channels.ts';
import { verbs } from '../../lib/cli/verbs.ts';
import { driverNames } from '../../lib/drivers/shapes/registry.ts';
import { checks } from '../../lib/specification/checks.ts';
import { channel } from '../../lib/specification/notification-channel.ts';
import { projectRoot } from '../../local/stack/project-root.ts';

const read = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');
const page = read('CONTRIBUTING.md');
const sections = new Map(page.split(/^## /m).map((text) => [text.slice(0, text.indexOf('\n')), text] as const));
const sectionOf = (heading: string) => sections.get(heading) ?? '';
const stepsOf = (heading: string) => [...sectionOf(heading).matchAll(/^\d\. .*(?:\n {3}.*)*/gm)].map(([step]) => step);

describe('CONTRIBUTING.md', () => {
  test.each(['a check', 'a channel', 'a driver', 'a metric source', 'a verb', 'an event'])(
    'says how to add %s, in at most five steps',
    (thing) => {
      const steps = stepsOf(`How to add ${thing}`);

      expect(steps.length).toBeGreaterThan(3);
      expect(steps.length).toBeLessThanOrEqual(5);
    },
  );

  test.each(['a check', 'a channel', 'a metric source', 'a verb', 'an event'])('%s is a file a step', (thing) => {
    const [, first = ''] = /^1\. `([^`]+)`:/.exec(stepsOf(`How to add ${thing}`)[0] ?? '') ?? [];

    expect(first).toMatch(/^lib\//);
    for (const step of stepsOf(`How to add ${thing}`)) {
      const [instruction = ''] = step.split('\n');
      // The use case that records an event, and its test, have no name of their own here.
      expect(instruction).toMatch(/^\d\. (?:`(?:lib|test|local|docs)\/[^`]+`: |The (?:use case|test) )/);
    }
  });

  test('names files that there are', () => {
    const named = [...page.matchAll(/`((?:lib|local|test|functions|docs|serverless|scripts)\/[^`\s]+)`/g)];
    const missing = named.flatMap(([, file = '']) => {
      const pattern = file.replaceAll(/<[^>]+>/g, '*');
      return globSync([pattern, `${pattern}.*`], { cwd: projectRoot }).length === 0 ? [file] : [];
    });

    expect(named.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });
});

describe('the picture of the house', () => {
  const [, picture = ''] = /^```\n([^`]*)```/m.exec(sectionOf('The house')) ?? [];
  const floors = picture.split('\n').map((line) => [...line.matchAll(/lib\/([a-z]+)/g)].map(([, room = '']) => room));

  test('has every room of lib once', () => {
    expect(floors.flat().toSorted()).toEqual(readdirSync(path.join(projectRoot, 'lib')).toSorted());
  });

  test('has each room above those that it may import, as dependency-cruiser holds', () => {
    const rules = z
      .object({ forbidden: z.array(z.object({ name: z.string() })) })
      .parse(createRequire(import.meta.url)(path.join(projectRoot, '.dependency-cruiser.cjs')));
    const order = rules.forbidden.flatMap(({ name }) => /^([a-z]+).*-imports-rooms-before-it$/.exec(name)?.[1] ?? []);
    const rooms = order.filter((room, index) => order.lastIndexOf(room) === index);

    expect(floors.toReversed().flat()).toEqual(rooms);
  });
});

/** What is written by hand, with its text. */
const sources = globSync('{lib,functions,local,test}/**/*.ts', { cwd: projectRoot })
  .map((file) => ({ file, text: read(file) }))
  .filter(({ text }) => !text.startsWith('// Generated '));
/** Files by hand that name something, in a folder or all. */
const filesNaming = (name: RegExp, folder = '') =>
  sources.filter(({ file, text }) => file.startsWith(folder) && name.test(text)).map(({ file }) => file);

describe('what is there already takes no more files than that', () => {
  // A name of one word may be any other word, too.
  const named = Object.keys(checks.shape).filter((name) => name.includes('-'));
  const filesOfCheck = (name: string, folder?: string) =>
    filesNaming(new RegExp(`'${name}'|\\b${name}:|checks/${name}\\.ts`), folder);

  test.each(named)('the product names the check %s in its own file, the list and the spec', (name) => {
    expect(filesOfCheck(name, 'lib/').toSorted()).toEqual(
      [`lib/checks/${name}.ts`, 'lib/checks/spec-checks.ts', 'lib/specification/checks.ts'].toSorted(),
    );
  });

  test('half of all checks stand in five files, their tests included', () => {
    const counts = named.map((name) => filesOfCheck(name).length).toSorted((one, other) => one - other);

    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(5);
  });

  test.each(verbs.map(({ name }) => name))('the verb %s is one entry of one list', (name) => {
    const lists = filesNaming(new RegExp(`^    name: '${name}',\\n    (?:group|args): `, 'm'), 'lib/cli/');

    expect(lists).toEqual([expect.stringMatching(/^lib\/cli\/(?:[a-z-]+-)?verbs\.ts$/)]);
  });

  test('every type of channel has a stand-in in the inbox', () => {
    const types = channel.options.map(({ shape }) => shape.type.value);

    expect(newInbox(() => 0).vendors.toSorted()).toEqual(types.toSorted());
  });

  // CloudWatch also has what the load balancer says, and so is asked beside the registry.
  test('a further provider of metrics is known by what builds it alone', () => {
    expect(filesNaming(/metrics\/prometheus\/metric-source\.ts/, 'lib/')).toEqual([
      'lib/runtime/world/metric-sources.ts',
    ]);
  });

  // The fields of the first one are those of specs that name none.
  test.each(driverNames.slice(1))('the further driver %s is known by two registries', (name) => {
    expect(filesNaming(new RegExp(`/${name}/(?:driver|shape/shape)\\.ts`), 'lib/').toSorted()).toEqual([
      'lib/drivers/registry.ts',
      'lib/drivers/shapes/registry.ts',
    ]);
  });
});
