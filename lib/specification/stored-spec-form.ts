// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';
import { storedCalendarForm } from './stored-calendar-form.ts';
import { storedAfterRetentionForm, storedBeforeForm, storedChecksForm } from './stored-checks-form.ts';
import { storedGateForm } from './stored-gate-form.ts';
import { storedIncidentForm } from './stored-incident-form.ts';
import { storedNotificationsForm } from './stored-notifications-form.ts';
import { storedVerifyForm } from './stored-verify-form.ts';

/** The form in which specs are stored. */
export const storedSpecForm: Form = {
  fields: {
    service: 'text',
    cluster: 'text',
    container: 'text',
    image: { fields: { repository: 'text', 'registry?': 'text', 'tagPattern?': 'text' } },
    'driver?': { values: ['slots', 'ecs-native', 'ecs-managed'] },
    slots: {
      fields: {
        a: { fields: { service: 'text', targetGroup: 'text', targetGroups: { list: 'text' } } },
        b: { fields: { service: 'text', targetGroup: 'text', targetGroups: { list: 'text' } } },
      },
    },
    traffic: { list: { anyOf: [{ fields: { rule: 'text' } }, { fields: { listener: 'text' } }] } },
    'url?': 'text',
    'healthPath?': 'text',
    'verify?': storedVerifyForm,
    'header?': { fields: { 'name?': 'text', 'value?': 'text' } },
    'steps?': { list: { fields: { weight: 'number', bake: 'number', 'leaveOutWhenQuiet?': 'boolean' } } },
    'hotfix?': {
      fields: { 'steps?': { list: { fields: { weight: 'number', bake: 'number', 'leaveOutWhenQuiet?': 'boolean' } } } },
    },
    'onBusy?': { values: ['reject', 'queue', 'supersede'] },
    'windows?': { list: storedCalendarForm },
    'freezes?': { list: storedCalendarForm },
    'atWindowEnd?': { values: ['hold', 'finish', 'rollBack'] },
    'taskDefinition?': { values: ['blue', 'latest-of-family', 'from-event'] },
    'preset?': {
      anyOf: [{ values: ['web', 'strict', 'business'] }, { list: { values: ['web', 'strict', 'business'] } }],
    },
    'metrics?': {
      map: {
        anyOf: [
          {
            fields: {
              namespace: 'text',
              name: 'text',
              'statistic?': 'text',
              'dimensions?': { map: 'text' },
              'slots?': { fields: { a: { map: 'text' }, b: { map: 'text' } } },
              'unit?': { values: ['count', 'seconds', 'milliseconds', 'percent', 'share'] },
              'missing?': { values: ['no-data', 'zero'] },
            },
          },
          {
            fields: {
              expression: 'text',
              of: {
                map: {
                  fields: {
                    namespace: 'text',
                    name: 'text',
                    'statistic?': 'text',
                    'dimensions?': { map: 'text' },
                    'slots?': { fields: { a: { map: 'text' }, b: { map: 'text' } } },
                  },
                },
              },
              'unit?': { values: ['count', 'seconds', 'milliseconds', 'percent', 'share'] },
              'missing?': { values: ['no-data', 'zero'] },
            },
          },
          {
            fields: {
              query: 'text',
              'words?': { fields: { a: { map: 'text' }, b: { map: 'text' } } },
              'unit?': { values: ['count', 'seconds', 'milliseconds', 'percent', 'share'] },
              'missing?': { values: ['no-data', 'zero'] },
            },
          },
        ],
      },
    },
    'prometheus?': {
      anyOf: [
        { fields: { url: 'text', 'token?': 'text', 'basic?': 'text' } },
        { fields: { workspace: 'text', 'region?': 'text' } },
      ],
    },
    'alarms?': { list: 'text' },
    'analysis?': {
      fields: {
        'alpha?': 'number',
        'tolerance?': 'number',
        'clumps?': 'number',
        'learnSince?': 'text',
        'history?': 'number',
      },
    },
    'budget?': {
      anyOf: [
        { fields: { failedRequests: 'number' } },
        { fields: { monthlyShare: 'number', target: 'number', 'monthlyRequests?': 'number' } },
      ],
    },
    'slow?': { fields: { 'over?': 'number', 'metric?': { fields: { namespace: 'text', name: 'text' } } } },
    'period?': 'number',
    'lag?': 'number',
    'minimumRequests?': 'number',
    'capacity?': { fields: { 'sizing?': { values: ['ahead', 'full'] }, 'headroom?': 'number', 'minimum?': 'number' } },
    'before?': storedBeforeForm,
    'afterRetention?': storedAfterRetentionForm,
    'checks?': storedChecksForm,
    'after?': {
      list: {
        values: [
          'no-privileged',
          'non-root',
          'container-health-check',
          'log-driver',
          'images-by-digest',
          'secrets-by-reference',
          'required-variables',
          'configuration-changes',
          'image-size',
          'image-scan',
          'image-architecture',
          'plain-secrets',
          'certificate-chain',
          'certificate-days',
          'tls-1-3',
          'dns',
          'balancer',
          'target-groups-alike',
          'deregistration-delay',
          'target-stickiness',
          'security-headers',
          'response-time',
          'requests',
          'alarms-exist',
          'alarms-quiet',
          'alarms-have-data',
          'log-groups',
          'dashboard',
          'cluster',
          'postgresql',
          'mysql',
          'redis',
          'http-dependencies',
          's3',
          'attested',
          'last-drill',
        ],
      },
    },
    'waivers?': { list: { fields: { check: 'text', image: 'text', by: 'text', reason: 'text', until: 'text' } } },
    'timeouts?': {
      fields: {
        'provisionGreen?': 'number',
        'hold?': 'number',
        'interference?': 'number',
        'calendar?': 'number',
        'verifyRequest?': 'number',
        'verifyGreen?': 'number',
        'guard?': 'number',
        'rollout?': 'number',
      },
    },
    'approvals?': {
      fields: {
        'people?': {
          list: {
            fields: {
              name: 'text',
              roles: { list: 'text' },
              'mail?': 'text',
              'slack?': 'text',
              'slackTeam?': 'text',
              'github?': 'text',
              'oidc?': { fields: { issuer: 'text', subject: 'text' } },
              'principals?': { list: 'text' },
              'alias?': { list: 'text' },
            },
          },
        },
        'required?': { list: 'text' },
        'within?': 'number',
        'decideWithin?': 'number',
        'from?': 'text',
        'controlLinks?': 'boolean',
        'identity?': { values: ['link', 'verified'] },
        'breakGlass?': 'boolean',
        'unknownRequester?': { values: ['oneMore', 'refuse', 'allow'] },
      },
    },
    'openRequests?': { fields: { 'mode?': { values: ['drain', 'cut'] }, 'limit?': 'number' } },
    'retention?': { fields: { 'keepFullFor?': 'number', 'keepFor?': 'number' } },
    'rollback?': {
      fields: {
        'shape?': { values: ['instant', 'stepped'] },
        'stepped?': { fields: { 'weights?': { list: 'number' }, 'pause?': 'number' } },
        'longestStickiness?': 'number',
        'blueImage?': { values: ['required', 'optional'] },
        'steps?': { list: { fields: { weight: 'number', bake: 'number', 'leaveOutWhenQuiet?': 'boolean' } } },
        'budgets?': {
          fields: {
            'restore?': 'number',
            'verifyBlue?': 'number',
            'healthCheck?': 'number',
            'removeGreen?': 'number',
            'whole?': 'number',
          },
        },
      },
    },
    'maintenance?': {
      fields: {
        'page?': 'text',
        'contentType?': {
          values: ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'],
        },
        'open?': { list: 'text' },
        'endAfter?': 'number',
      },
    },
    'emergency?': {
      fields: {
        'automatic?': 'boolean',
        'capacity?': 'boolean',
        'lastKnownGood?': 'boolean',
        'maintenance?': 'boolean',
        'wait?': 'number',
        'limit?': 'number',
      },
    },
    'drills?': { fields: { 'rollback?': { list: 'text' } } },
    'incident?': storedIncidentForm,
    'notifications?': storedNotificationsForm,
    gates: { list: storedGateForm },
  },
};
