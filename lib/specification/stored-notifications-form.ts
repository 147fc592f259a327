// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';

/** The form in which notifications are stored. */
export const storedNotificationsForm: Form = {
  fields: {
    'channels?': {
      list: {
        anyOf: [
          {
            fields: {
              name: 'text',
              type: { values: ['slack'] },
              token: 'text',
              channel: 'text',
              'buttons?': 'boolean',
            },
          },
          { fields: { name: 'text', type: { values: ['slack-webhook'] }, webhook: 'text' } },
          {
            fields: {
              name: 'text',
              type: { values: ['pagerduty'] },
              routingKey: 'text',
              'region?': { values: ['us', 'eu'] },
              'changes?': { values: ['all', 'ends'] },
              'onCall?': {
                fields: { token: 'text', 'schedules?': { list: 'text' }, 'escalationPolicies?': { list: 'text' } },
              },
            },
          },
          { fields: { name: 'text', type: { values: ['mail'] }, from: 'text', to: { list: 'text' } } },
          { fields: { name: 'text', type: { values: ['webhook'] }, url: 'text', secret: 'text' } },
        ],
      },
    },
    'routes?': {
      list: {
        fields: {
          'severity?': { list: { values: ['info', 'warning', 'critical'] } },
          'events?': { list: 'text' },
          'stages?': { list: 'text' },
          to: { list: 'text' },
          'repeat?': 'number',
          'fallback?': { list: 'text' },
        },
      },
    },
    'mute?': {
      list: {
        fields: {
          'severity?': { list: { values: ['info', 'warning', 'critical'] } },
          'events?': { list: 'text' },
          'stages?': { list: 'text' },
          'channels?': { list: 'text' },
          'until?': 'text',
        },
      },
    },
    'quietHours?': {
      list: {
        fields: {
          'days?': { list: { values: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] } },
          from: 'text',
          to: 'text',
          'offset?': 'text',
          'silences?': { list: { values: ['info', 'warning', 'critical'] } },
        },
      },
    },
    'statusUpdates?': { list: 'text' },
    'maintenance?': {
      list: {
        fields: {
          'days?': { list: { values: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] } },
          from: 'text',
          to: 'text',
          'offset?': 'text',
          'silences?': { list: { values: ['info', 'warning', 'critical'] } },
        },
      },
    },
    'announce?': 'number',
    'customers?': { list: 'text' },
  },
};
