// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';

/** The form in which times of a calendar are stored. */
export const storedCalendarForm: Form = {
  fields: {
    name: 'text',
    zone: 'text',
    'stages?': { list: 'text' },
    'repeat?': 'text',
    'starting?': 'text',
    'from?': 'text',
    'to?': 'text',
    'for?': 'number',
    'dates?': { list: 'text' },
    'calendar?': 'text',
  },
};
