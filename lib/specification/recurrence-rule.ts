import { quote } from './text/plain-text.ts';

const weekdays = '(?:MO|TU|WE|TH|FR|SA|SU)';
const listOf = (one: string) => new RegExp(`^${one}(?:,${one})*$`);
const signed = (most: string) => listOf(`[+-]?(?:${most})`);

/** The parts of a recurrence rule of RFC 5545 that name days, with the form of each. The time of day stands beside the rule. */
const parts: Readonly<Record<string, RegExp>> = {
  FREQ: /^(?:DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^[1-9]\d{0,3}$/,
  UNTIL: /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/,
  BYDAY: listOf(`(?:[+-]?(?:[1-9]|[1-4]\\d|5[0-3]))?${weekdays}`),
  BYMONTHDAY: signed('[1-9]|[12]\\d|3[01]'),
  BYMONTH: listOf('(?:[1-9]|1[0-2])'),
  BYYEARDAY: signed('[1-9]|[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6]'),
  BYWEEKNO: signed('[1-9]|[1-4]\\d|5[0-3]'),
  BYSETPOS: signed('[1-9]|[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6]'),
  WKST: new RegExp(`^${weekdays}$`),
};

/** Parts that say by themselves which days are meant, whatever day the rule starts on. */
const namesDays: Readonly<Record<string, readonly string[]>> = {
  WEEKLY: ['BYDAY'],
  MONTHLY: ['BYDAY', 'BYMONTHDAY'],
  YEARLY: ['BYDAY', 'BYMONTHDAY', 'BYYEARDAY'],
};

/**
 * Returns what is wrong with a recurrence rule (RFC 5545, section 3.3.10), behind its quoted text; `undefined` where nothing is.
 * @param hasStart whether the entry says on which day the rule starts
 */
export function recurrenceProblem(text: string, hasStart: boolean): string | undefined {
  const given = new Map<string, string>();
  for (const part of text.split(';')) {
    const [name = '', value = ''] = part.split('=');
    const form = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (form === undefined) {
      return `has ${quote(part)}, expected parts of RFC 5545 that name days: ${Object.keys(parts).join(', ')}`;
    }
    if (given.has(name)) return `has ${name} twice, expected each part once`;
    if (!form.test(value)) return `has ${quote(part)}, expected a value of RFC 5545${formOf(name)}`;
    given.set(name, value);
  }
  return problemOfParts(given) ?? (hasStart ? undefined : problemWithoutStart(given));
}

function formOf(name: string): string {
  if (name === 'UNTIL') return ', as a date such as 20261231';
  return name === 'FREQ' ? ': DAILY, WEEKLY, MONTHLY or YEARLY' : '';
}

function problemOfParts(given: ReadonlyMap<string, string>): string | undefined {
  const frequency = given.get('FREQ');
  if (frequency === undefined) return 'has no FREQ, expected FREQ=DAILY, WEEKLY, MONTHLY or YEARLY';
  if (given.has('COUNT') && given.has('UNTIL')) return 'has COUNT and UNTIL, expected one of them';
  if (frequency !== 'YEARLY') {
    const yearly = ['BYYEARDAY', 'BYWEEKNO'].find((name) => given.has(name));
    if (yearly !== undefined) return `has ${yearly}, which needs FREQ=YEARLY`;
  }
  if (frequency === 'WEEKLY' && given.has('BYMONTHDAY')) return 'has BYMONTHDAY, which FREQ=WEEKLY does not take';
  const counted = /\d/.test(given.get('BYDAY') ?? '');
  if (counted && (frequency === 'DAILY' || frequency === 'WEEKLY')) {
    return 'has a numbered BYDAY, which needs FREQ=MONTHLY or YEARLY';
  }
  if (counted && given.has('BYWEEKNO')) return 'has a numbered BYDAY beside BYWEEKNO, expected one of them';
  const others = [...given.keys()].some((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  return given.has('BYSETPOS') && !others ? 'has BYSETPOS alone, expected another BY part beside it' : undefined;
}

/** Without a day to start on, the rule must mean the same days wherever the reading begins. */
function problemWithoutStart(given: ReadonlyMap<string, string>): string | undefined {
  const counts = ['COUNT', 'INTERVAL'].find((name) => given.has(name) && given.get(name) !== '1');
  if (counts !== undefined) return `has ${counts}, which counts from a first day; add \`starting\``;
  const named = namesDays[given.get('FREQ') ?? ''];
  if (named === undefined || named.some((name) => given.has(name))) return undefined;
  return `does not say which days are meant, expected ${named.join(' or ')}, or \`starting\``;
}
