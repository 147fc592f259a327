// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';

/** The form in which settings of checks are stored. */
export const storedChecksForm: Form = {
  fields: {
    'no-privileged?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'non-root?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'container-health-check?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'log-driver?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'allowed?': { list: 'text' } } },
    'images-by-digest?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'allowed?': { list: 'text' } } },
    'secrets-by-reference?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'allowed?': { list: 'text' } } },
    'required-variables?': { fields: { 'severity?': { values: ['block', 'warn'] }, names: { list: 'text' } } },
    'configuration-changes?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'allowed?': { list: 'text' } } },
    'image-size?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'megabytes?': 'number' } },
    'image-scan?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        'highest?': { values: ['LOW', 'MEDIUM', 'HIGH'] },
        'allowed?': { list: { fields: { id: 'text', until: 'text', reason: 'text' } } },
      },
    },
    'image-architecture?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'plain-secrets?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'certificate-chain?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'host?': 'text' } },
    'certificate-days?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'host?': 'text', 'days?': 'number' } },
    'tls-1-3?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'host?': 'text' } },
    'dns?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'hosts?': { list: 'text' } } },
    'balancer?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'zones?': 'number' } },
    'target-groups-alike?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'deregistration-delay?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'longest?': 'number' } },
    'target-stickiness?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'security-headers?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'names?': { list: 'text' } } },
    'response-time?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'limit?': 'number' } },
    'requests?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'alarms-exist?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'names?': { list: 'text' } } },
    'alarms-quiet?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'names?': { list: 'text' } } },
    'alarms-have-data?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'names?': { list: 'text' } } },
    'log-groups?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'days?': 'number' } },
    'dashboard?': { fields: { 'severity?': { values: ['block', 'warn'] }, name: 'text' } },
    'cluster?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'postgresql?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        databases: {
          list: {
            fields: {
              name: 'text',
              secret: 'text',
              'host?': 'text',
              'port?': 'number',
              'database?': 'text',
              'role?': { values: ['writer', 'any'] },
              'connections?': 'number',
              'serviceUser?': 'text',
              'migrations?': {
                fields: {
                  tool: {
                    values: ['flyway', 'liquibase', 'prisma', 'rails', 'knex', 'golang-migrate', 'alembic', 'django'],
                  },
                  expected: 'text',
                  'table?': 'text',
                },
              },
            },
          },
        },
      },
    },
    'mysql?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        databases: {
          list: {
            fields: {
              name: 'text',
              secret: 'text',
              'host?': 'text',
              'port?': 'number',
              'database?': 'text',
              'role?': { values: ['writer', 'any'] },
              'connections?': 'number',
              'serviceUser?': 'text',
              'migrations?': {
                fields: {
                  tool: {
                    values: ['flyway', 'liquibase', 'prisma', 'rails', 'knex', 'golang-migrate', 'alembic', 'django'],
                  },
                  expected: 'text',
                  'table?': 'text',
                },
              },
            },
          },
        },
      },
    },
    'redis?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        caches: {
          list: {
            fields: {
              name: 'text',
              'secret?': 'text',
              'host?': 'text',
              'port?': 'number',
              'tls?': 'boolean',
              'memory?': 'number',
            },
          },
        },
      },
    },
    'http-dependencies?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        dependencies: {
          list: { fields: { name: 'text', url: 'text', 'within?': 'number', 'status?': { list: 'number' } } },
        },
        'probe?': 'boolean',
      },
    },
    's3?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        buckets: { list: { fields: { bucket: 'text', 'writes?': 'boolean' } } },
      },
    },
    'attested?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        from: 'text',
        'kinds?': { list: 'text' },
        'soak?': 'number',
        'notOlder?': 'number',
        'onAttested?': { values: ['start', 'wait'] },
        keys: { list: { fields: { key: 'text', 'kinds?': { list: 'text' } } } },
      },
    },
    'last-drill?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'days?': 'number' } },
  },
};

/** The form in which tasks before traffic are stored. */
export const storedBeforeForm: Form = {
  list: {
    fields: {
      name: 'text',
      command: { list: 'text' },
      'container?': 'text',
      'within?': 'number',
      'oncePer?': { values: ['digest', 'rollout'] },
      'compatible?': 'boolean',
    },
  },
};

/** The form in which tasks after the retention are stored. */
export const storedAfterRetentionForm: Form = {
  list: {
    fields: {
      name: 'text',
      command: { list: 'text' },
      'container?': 'text',
      'within?': 'number',
      'oncePer?': { values: ['digest', 'rollout'] },
    },
  },
};
