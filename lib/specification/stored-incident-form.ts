// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';

/** The form in which settings of incidents are stored. */
export const storedIncidentForm: Form = {
  fields: {
    'automatic?': 'boolean',
    'P0?': { fields: { 'respond?': 'number', 'resolve?': 'number' } },
    'P1?': { fields: { 'respond?': 'number', 'resolve?': 'number' } },
    'P2?': { fields: { 'respond?': 'number', 'resolve?': 'number' } },
    'P3?': { fields: { 'respond?': 'number', 'resolve?': 'number' } },
    'restore?': 'number',
    'updateEvery?': 'number',
    'contacts?': {
      list: { fields: { name: 'text', 'for?': 'text', 'phone?': 'text', 'backup?': 'text', 'vendor?': 'text' } },
    },
  },
};
