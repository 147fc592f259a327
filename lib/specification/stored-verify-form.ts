// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';

/** The form in which what green is verified by are stored. */
export const storedVerifyForm: Form = {
  fields: {
    'header?': 'text',
    'bodyField?': 'text',
    'by?': { values: ['requests', 'targetHealth'] },
    'probe?': 'boolean',
    'expects?': { values: ['tag', 'commit', 'digest'] },
    'health?': {
      fields: {
        'basic?': {
          fields: { path: 'text', 'within?': 'number', 'json?': { map: { anyOf: ['text', 'number', 'boolean'] } } },
        },
        'live?': {
          fields: { path: 'text', 'within?': 'number', 'json?': { map: { anyOf: ['text', 'number', 'boolean'] } } },
        },
        'ready?': {
          fields: { path: 'text', 'within?': 'number', 'json?': { map: { anyOf: ['text', 'number', 'boolean'] } } },
        },
        'detailed?': {
          fields: { path: 'text', 'within?': 'number', 'json?': { map: { anyOf: ['text', 'number', 'boolean'] } } },
        },
        'queue?': {
          fields: { path: 'text', 'within?': 'number', 'json?': { map: { anyOf: ['text', 'number', 'boolean'] } } },
        },
      },
    },
    'requests?': {
      list: {
        fields: {
          name: 'text',
          path: 'text',
          'method?': { values: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] },
          'headers?': { map: 'text' },
          'body?': 'text',
          'upTo?': 'number',
          'expect?': {
            fields: {
              'status?': { list: 'number' },
              'within?': 'number',
              'headers?': { map: 'text' },
              'body?': 'text',
              'json?': { map: { anyOf: ['text', 'number', 'boolean'] } },
            },
          },
          'capture?': { map: { fields: { 'json?': 'text', 'header?': 'text' } } },
        },
      },
    },
  },
};
