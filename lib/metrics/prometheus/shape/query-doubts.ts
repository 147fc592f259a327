import type { MetricDoubt } from '../../reading/reading.ts';

/** A text in PromQL: what stands in it is data. */
const texts = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/g;
const comments = /#[^\n]*/g;
const range = /\[([^\]:]*)(?::[^\]]*)?\]/g;

const secondsPer: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Seconds of a duration of PromQL such as `1m30s`; `undefined` where the text is none. */
function secondsOf(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text.trim())) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (secondsPer[unit] ?? 0), 0);
}

/**
 * Says what a query, with its placeholders replaced, would do to the evidence: answer with samples of another time, count one request
 * in several periods, or make a number of nothing.
 */
export function queryDoubts(
  name: string,
  query: string,
  isCount: boolean,
  period: { readonly seconds: number; readonly shown: string },
): readonly MetricDoubt[] {
  const bare = query.replaceAll(texts, '""').replaceAll(comments, '');
  const doubts: MetricDoubt[] = [];
  const unknown = /\{[A-Za-z]\w*\}/.exec(query)?.[0];
  if (unknown !== undefined) {
    const message = `the query of ${name} has the placeholder ${unknown}, expected {service}, {slot}, {cluster}, {targetGroup}, {loadBalancer}, {period} or one of \`words\``;
    doubts.push({ severity: 'error', message });
  }
  const ranges = [...bare.matchAll(range)].map(([, text = '']) => text);
  if (ranges.length === 0) {
    const message = `the query of ${name} reads the newest sample, which may be five minutes old, expected a range such as increase(...[{period}]), or last_over_time(...[{period}])`;
    doubts.push({ severity: 'error', message });
  }
  const other = ranges.find((text) => secondsOf(text) !== period.seconds);
  if (other !== undefined) {
    const why = isCount ? 'a request would be counted in several periods or in none' : 'it would lag behind or jump';
    const message = `the query of ${name} reads ranges of ${other}, but the period is ${period.shown}: ${why}, expected [{period}]`;
    doubts.push({ severity: isCount ? 'error' : 'warning', message });
  }
  if (/\bvector\s*\(/.test(bare)) {
    const message = `the query of ${name} makes a number of nothing by vector(), expected \`missing: zero\`, which asks for requests`;
    doubts.push({ severity: 'error', message });
  }
  if (/\boffset\b|@/.test(bare)) {
    const message = `the query of ${name} reads another time (offset or @), expected the period that is judged`;
    doubts.push({ severity: 'warning', message });
  }
  return doubts;
}
