import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitTemplate, type Chapter, type WholeTemplate } from '../../serverless/split-template.cjs';
import { readerOf, readerOfDivided } from './references-read.ts';

/** A template in which each resource refers to some of those before it, in every way that there is. */
const templates = fc
  .array(
    fc.record({
      way: fc.constantFrom('ref', 'attribute', 'text', 'text with values', 'waits', 'definition'),
      of: fc.array(fc.nat(), { maxLength: 3 }),
      home: fc.constantFrom('', '', 'Archive', 'Release'),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((drawn) => {
    const id = (index: number) => `R${index}`;
    const resources = drawn.map(({ way, of }, index) => {
      const others = index === 0 ? [] : [...new Set(of.map((one) => id(one % index)))];
      return [id(index), resource(way, others)] as const;
    });
    const chapters: Record<string, Chapter> = {};
    for (const name of ['Archive', 'Release'])
      chapters[name] = {
        functions: [],
        resources: drawn.flatMap(({ home }, index) => (home === name ? [id(index)] : [])),
      };
    const template: WholeTemplate = {
      Parameters: { Stage: { Type: 'String' }, Names: { Type: 'CommaDelimitedList', Default: '*' } },
      Conditions: { IsProduction: { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] } },
      Resources: Object.fromEntries(resources),
      Outputs: { Last: { Value: { Ref: id(drawn.length - 1) } } },
    };
    return { template, chapters };
  });

function resource(way: string, others: readonly string[]): object {
  const named = { Name: { 'Fn::Sub': 'sluice-${Stage}-${AWS::Region}' } };
  const Type = 'Test::Thing';
  switch (way) {
    case 'ref':
      return { Type, Properties: { ...named, Of: others.map((Ref) => ({ Ref })), Names: { Ref: 'Names' } } };
    case 'attribute':
      return { Type, Properties: { ...named, Of: others.map((one) => ({ 'Fn::GetAtt': [one, 'Arn'] })) } };
    case 'text':
      return { Type, Properties: { Of: { 'Fn::Sub': others.map((one) => `\${${one}}/\${${one}.Arn}`).join(' ') } } };
    case 'text with values':
      return {
        Type,
        Properties: {
          Of: { 'Fn::Sub': ['${own} ${Stage}', { own: others.map((one) => ({ 'Fn::GetAtt': `${one}.A.B` })) }] },
        },
      };
    case 'waits':
      return {
        Type,
        Condition: 'IsProduction',
        Properties: named,
        ...(others.length === 0 ? {} : { DependsOn: others }),
      };
    default:
      return { Type, Properties: { Definition: { Call: `\${${others[0] ?? 'none'}}` } } };
  }
}

const urlOf = (file: string) => `https://bucket/${file}`;

/** The parts; `undefined` where it is refused because its stacks would wait for each other. */
function dividedOrRefused(template: WholeTemplate, chapters: Readonly<Record<string, Chapter>>) {
  try {
    return splitTemplate(template, chapters, urlOf);
  } catch (error) {
    if (error instanceof Error && error.message.includes('waits for itself')) return undefined;
    throw error;
  }
}

describe('a template that is divided into nested stacks', () => {
  test('says the same of every resource, or is refused because its stacks would wait for each other', () => {
    let divided = 0;
    fc.assert(
      fc.property(templates, ({ template, chapters }) => {
        const before = JSON.stringify(template);
        const parts = dividedOrRefused(template, chapters);
        divided += Object.keys(parts?.nested ?? {}).length > 0 ? 1 : 0;
        expect(JSON.stringify(template)).toBe(before);
        const whole = readerOf(template);
        const read = parts === undefined ? whole : readerOfDivided(parts, urlOf);
        for (const id of Object.keys(template.Resources)) expect(read(id)).toEqual(whole(id));
      }),
      { numRuns: 500 },
    );
    expect(divided).toBeGreaterThan(100);
  });

  const queue = { Type: 'AWS::SQS::Queue', Properties: {} };
  const many = (count: number, properties: object = {}) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`Q${index}`, { ...queue, Properties: properties }]),
    );
  const chapter = (resources: readonly string[]) => ({ Archive: { functions: [], resources } });

  test('takes what the framework makes of its functions, and nothing of a function whose name begins the same', () => {
    const ids = ['LambdaFunction', 'LogGroup', 'IamRoleLambdaExecution', 'LambdaVersionAb1'];
    const of = (name: string) => ids.map((id) => [`${name}${id}`, queue] as const);
    const template = { Resources: Object.fromEntries([...of('Archive'), ...of('ArchiveRecord')]) };
    const { root } = splitTemplate(template, { Records: { functions: ['Archive'], resources: [] } }, urlOf);
    expect(Object.keys(root.Resources)).toEqual([...of('ArchiveRecord').map(([id]) => id), 'RecordsStack']);
  });

  test("takes the routes of its functions, and no part of a path that another stack's method is below", () => {
    const integration = (name: string) => ({ Uri: { 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] } });
    const path = (ParentId: object) => ({ Type: 'AWS::ApiGateway::Resource', Properties: { ParentId } });
    const route = (name: string, ResourceId: object) => ({
      Type: 'AWS::ApiGateway::Method',
      Properties: { ResourceId, Integration: integration(name) },
    });
    const top = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    const template = {
      Resources: {
        Api: queue,
        Deployment: { ...queue, DependsOn: ['GetShared', 'GetOwn', 'GetTop'] },
        ShowsLambdaFunction: queue,
        OtherLambdaFunction: queue,
        Shared: path(top),
        SharedName: path({ Ref: 'Shared' }),
        Own: path(top),
        OwnName: path({ Ref: 'Own' }),
        GetShared: route('Other', { Ref: 'Shared' }),
        GetSharedName: route('Shows', { Ref: 'SharedName' }),
        GetOwn: route('Shows', { Ref: 'OwnName' }),
        GetTop: route('Shows', top),
      },
    };
    const { root, nested } = splitTemplate(template, { Pages: { functions: ['Shows'], resources: [] } }, urlOf);
    const read = readerOf(template);
    const parts = readerOfDivided({ root, nested }, urlOf);

    expect(Object.keys(root.Resources)).toEqual([
      'Api',
      'Deployment',
      'OtherLambdaFunction',
      'Shared',
      'GetShared',
      'PagesStack',
    ]);
    expect(root.Resources['Deployment']).toMatchObject({ DependsOn: ['GetShared', 'PagesStack'] });
    for (const id of Object.keys(template.Resources)) expect(parts(id)).toEqual(read(id));
  });

  test.each<[string, WholeTemplate, readonly string[], RegExp]>([
    [
      'too many resources in it',
      { Resources: many(201) },
      Object.keys(many(201)),
      /Nested stack Archive has 201 resources, 200 are possible/,
    ],
    [
      'too many bytes',
      { Resources: many(3, { text: 'x'.repeat(150_000) }) },
      ['Q0', 'Q1', 'Q2'],
      /Nested stack Archive has 45\d{4} bytes/,
    ],
    ['too much left in the root', { Resources: many(301) }, ['Q0'], /The root stack has 301 resources/],
    ['a resource that is not there', { Resources: many(1) }, ['Q7'], /names Q7, which the template has not/],
    [
      'a name that only the root has',
      { Resources: { Q0: { ...queue, Properties: { Name: { Ref: 'AWS::StackName' } } } } },
      ['Q0'],
      /AWS::StackName in nested stack Archive/,
    ],
    [
      'stacks that wait for each other, by the resources that do',
      {
        Resources: {
          Q0: { ...queue, Properties: { To: { Ref: 'Q1' } } },
          Q1: { ...queue, DependsOn: 'Q2' },
          Q2: { ...queue, Properties: { From: { 'Fn::GetAtt': ['Q0', 'Arn'] } } },
        },
      },
      ['Q0'],
      /ArchiveStack needs Q1 needs Q2 needs ArchiveStack/,
    ],
    [
      'what is kept under a name, which another deployment could not adopt there',
      { Resources: { Q0: { ...queue, DeletionPolicy: 'RetainExceptOnCreate', Properties: { QueueName: 'x' } } } },
      ['Q0'],
      /Q0 is kept when the stack is removed and has a name: it belongs in the root stack/,
    ],
  ])('is refused with %s', (_, template, resources, why) => {
    expect(() => splitTemplate(template, chapter(resources), urlOf)).toThrow(why);
  });

  test('has another address where anything in it is another, and the same one for another order of keys', () => {
    const urlFor = (properties: object) =>
      Object.keys(
        splitTemplate({ Resources: { Q0: { ...queue, Properties: properties } } }, chapter(['Q0']), urlOf).nested,
      );
    expect(urlFor({ a: 1, b: 2 })).toEqual(urlFor({ b: 2, a: 1 }));
    expect(urlFor({ a: 1, b: 2 })).not.toEqual(urlFor({ a: 1, b: 3 }));
  });
});
