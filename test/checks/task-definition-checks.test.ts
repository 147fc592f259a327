import type { Alterations } from '../usecases/watched-world.ts';
import { fourTests } from './four-tests.ts';
import { factsOf, taskDefinition } from './task-definition.ts';

fourTests('no-privileged', {
  passes: [
    {
      when: 'no container says so',
      world: taskDefinition({ sidecars: ['proxy'] }),
      saw: '2 containers, none privileged',
    },
    {
      when: 'it is switched off',
      world: taskDefinition({ settings: { privileged: 'false' } }),
      saw: '1 containers, none privileged',
    },
  ],
  fails: [
    {
      when: 'a sidecar is privileged',
      world: taskDefinition({ sidecars: ['proxy'], settings: { 'proxy:privileged': 'true' } }),
      saw: 'privileged containers: proxy',
    },
  ],
});

const digest = `sha256:${'a'.repeat(64)}`;

fourTests('images-by-digest', {
  passes: [
    {
      when: 'there is no sidecar',
      world: taskDefinition({}),
      saw: '0 other containers, each with a digest or in "allowed"',
    },
    {
      when: 'every sidecar has a digest',
      world: taskDefinition({ sidecars: ['proxy'], images: { proxy: `envoy:1.31@${digest}` } }),
      saw: '1 other container, each with a digest or in "allowed"',
    },
    {
      when: 'the spec lets its tag move',
      settings: { allowed: ['proxy'] },
      world: taskDefinition({ sidecars: ['proxy'], images: { proxy: 'envoy:1.31' } }),
      saw: '1 other container, each with a digest or in "allowed"',
    },
  ],
  fails: [
    {
      when: 'a sidecar has a tag',
      world: taskDefinition({
        sidecars: ['proxy', 'logs'],
        images: { proxy: 'envoy:1.31', logs: `fluent-bit@${digest}` },
      }),
      saw: 'without a digest: proxy: envoy:1.31',
    },
    {
      when: 'what looks like a digest is none',
      world: taskDefinition({ sidecars: ['proxy'], images: { proxy: `envoy@${digest}-1` } }),
      saw: `without a digest: proxy: envoy@${digest}-1`,
    },
  ],
});

const imageUser = (user: string): Alterations => ({
  ...taskDefinition({}),
  facts: { imageConfiguration: () => Promise.resolve({ user, architectures: ['amd64'] }) },
});

fourTests('non-root', {
  passes: [
    { when: 'the image names a user', world: imageUser('app'), saw: 'the image says user app' },
    {
      when: 'the task definition names one, whatever the image says',
      world: { ...imageUser(''), ...taskDefinition({ settings: { user: '1000:0' } }) },
      saw: 'the task definition says user 1000:0',
    },
  ],
  fails: [
    { when: 'neither names a user', world: imageUser(''), saw: /neither task definition nor image names a user/ },
    { when: 'the image says root', world: imageUser('root'), saw: 'the image says user root' },
    { when: 'the image says 0:1000', world: imageUser('0:1000'), saw: 'the image says user 0:1000' },
    {
      when: 'the task definition says root over the image',
      world: { ...imageUser('app'), ...taskDefinition({ settings: { user: 'root' } }) },
      saw: 'the task definition says user root',
    },
  ],
});

fourTests('container-health-check', {
  passes: [
    {
      when: 'the container has one',
      world: taskDefinition({ settings: { 'healthCheck.command': '["CMD-SHELL","curl -f localhost"]' } }),
      saw: 'a health check',
    },
  ],
  fails: [
    { when: 'there is none', world: taskDefinition({}), saw: 'no health check' },
    {
      when: 'it is switched off',
      world: taskDefinition({ settings: { 'healthCheck.command': '["NONE"]' } }),
      saw: 'no health check',
    },
    {
      when: 'only a sidecar has one',
      world: taskDefinition({ sidecars: ['proxy'], settings: { 'proxy:healthCheck.command': '["CMD","x"]' } }),
      saw: 'no health check',
    },
  ],
});

fourTests('log-driver', {
  passes: [
    {
      when: 'every container has an allowed one',
      world: taskDefinition({
        sidecars: ['proxy'],
        settings: { 'logConfiguration.logDriver': 'awslogs', 'proxy:logConfiguration.logDriver': 'awsfirelens' },
      }),
      saw: 'app: awslogs, proxy: awsfirelens',
    },
    {
      when: 'the log router has none itself',
      world: taskDefinition({
        sidecars: ['router'],
        settings: { 'logConfiguration.logDriver': 'awsfirelens', 'router:firelensConfiguration.type': 'fluentbit' },
      }),
      saw: 'app: awsfirelens, router: none',
    },
  ],
  fails: [
    { when: 'a container has none', world: taskDefinition({}), saw: 'app: none' },
    {
      when: 'its driver is not allowed',
      settings: { allowed: ['awslogs'] },
      world: taskDefinition({ settings: { 'logConfiguration.logDriver': 'splunk' } }),
      saw: 'app: splunk',
    },
  ],
});

fourTests('secrets-by-reference', {
  passes: [
    {
      when: 'secrets come from a store',
      world: taskDefinition({ environment: { LEVEL: 'info' }, secrets: { DB_PASSWORD: 'arn:aws:secretsmanager:x' } }),
      saw: '1 secrets by reference, none in plain environment',
    },
    {
      when: 'the name only sounds like one, and is allowed',
      settings: { allowed: ['AUTH_URL'] },
      world: taskDefinition({ environment: { AUTH_URL: 'https://login.example.com' } }),
      saw: '0 secrets by reference, none in plain environment',
    },
  ],
  fails: [
    {
      when: 'a password stands in plain environment, which is not shown',
      world: taskDefinition({ environment: { DB_PASSWORD: 'hunter2' } }),
      saw: 'in plain environment: app: DB_PASSWORD',
    },
  ],
});

fourTests('required-variables', {
  passes: [
    {
      when: 'variables and secrets are there',
      settings: { names: ['LEVEL', 'DB_PASSWORD'] },
      world: taskDefinition({ environment: { LEVEL: 'info' }, secrets: { DB_PASSWORD: 'arn:x' } }),
      saw: 'all 2 are there',
    },
  ],
  fails: [
    {
      when: 'one is missing',
      settings: { names: ['LEVEL', 'REGION'] },
      world: taskDefinition({ environment: { LEVEL: 'info' } }),
      saw: 'missing: REGION',
    },
    {
      when: 'one is empty',
      settings: { names: ['LEVEL'] },
      world: taskDefinition({ environment: { LEVEL: '' } }),
      saw: 'missing: LEVEL',
    },
  ],
});

const before = factsOf({ environment: { LEVEL: 'info', TOKEN: 'tok-planted-1' } });
const after = factsOf({ environment: { LEVEL: 'debug', TOKEN: 'tok-planted-2' } });
/** Blue runs `web:1`, and green gets the newest revision of its family. */
const changed: Alterations = {
  runtime: {
    taskDefinition: (reference) =>
      Promise.resolve(
        reference === 'web:1' ? before : { ...after, arn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2' },
      ),
  },
};
const newest = {
  spec: { taskDefinition: 'latest-of-family' },
  prepare: ({ taskDefinitions }: { readonly taskDefinitions: Map<string, ReturnType<typeof factsOf>> }) => {
    taskDefinitions.set('web:1', before);
    taskDefinitions.set('web', { ...after, arn: 'web:2' });
  },
};

fourTests('configuration-changes', {
  passes: [
    { when: 'nothing differs', world: taskDefinition({}), saw: 'no difference besides the image' },
    {
      when: 'what differs is allowed, and is shown without secrets',
      ...newest,
      settings: { allowed: ['LEVEL', 'TOKEN'] },
      world: changed,
      saw: 'LEVEL: info -> debug; TOKEN: (hidden) -> (hidden)',
    },
  ],
  fails: [
    {
      when: 'a variable differs that is not allowed',
      ...newest,
      settings: { allowed: ['TOKEN'] },
      world: changed,
      saw: 'LEVEL: info -> debug',
    },
  ],
});
