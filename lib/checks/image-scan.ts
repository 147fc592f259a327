import type { Check } from './check.ts';
import type { ScanFinding } from '../ports/service-facts.ts';

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
/** `ACTIVE`: enhanced scanning has found what it has found, and goes on as new weaknesses are published. */
const finished: readonly string[] = ['COMPLETE', 'ACTIVE'];
/** Named in the result; the others are counted. */
const mostNamed = 5;

/** A weakness that is published and grave should not reach users; what is allowed for a while counts again on its day. */
export const imageScan: Check = {
  name: 'image-scan',
  expected: 'a finished scan without a finding above `highest`',
  page: {
    asks: 'Has a scan of the image finished without grave findings?',
    reads: 'the findings of basic or enhanced scanning in ECR',
    rights: ['ecr:DescribeImageScanFindings', 'inspector2:ListFindings'],
    fails: 'a finding is graver than `highest` and not in `allowed`, the image was never scanned, or its scan failed',
    fix: 'update the packages that are named and build again, switch scanning on push on for the repository, or add a finding to `allowed` with a day',
    answers: 'Image scan without HIGH or CRITICAL findings',
  },
  async observe({ spec, image }, { facts, now }) {
    const { highest = 'MEDIUM', allowed = [] } = spec.checks?.['image-scan'] ?? {};
    const scan = await facts.imageScan(spec.image, image.digest);
    if (scan === undefined) return { passed: false, saw: 'the image was never scanned' };
    if (scan.status === 'IN_PROGRESS' || scan.status === 'PENDING') throw new Error('the scan has not finished yet');
    if (!finished.includes(scan.status)) return { passed: false, saw: `the scan ended as ${scan.status}` };
    const today = now().toISOString().slice(0, 10);
    const isAllowed = ({ id }: ScanFinding) => allowed.some((one) => one.id === id && one.until >= today);
    const graver: readonly string[] = severities.slice(0, severities.indexOf(highest));
    const counting = scan.findings.filter(({ severity }) => graver.includes(severity));
    const grave = counting.filter((finding) => !isAllowed(finding));
    const left = counting.length - grave.length;
    const but = left === 0 ? '' : `, ${String(left)} allowed`;
    if (grave.length === 0)
      return { passed: true, saw: `${String(scan.findings.length)} findings, none above ${highest}${but}` };
    const named = grave.slice(0, mostNamed).map(({ id, severity }) => `${id} (${severity})`);
    const more = grave.length > mostNamed ? ` and ${String(grave.length - mostNamed)} more` : '';
    return { passed: false, saw: `${named.join(', ')}${more}${but}` };
  },
};
