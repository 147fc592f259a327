import { asked } from './asking.ts';
import { type Diagnosis, diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/**
 * Says whether CloudTrail tells who did something beside Sluice: its event history names it for 90 days, and a trail keeps it longer.
 * Deploys of Sluice itself are in no other record.
 */
export async function trail({ account, caller, region }: Patient): Promise<readonly Diagnosis[]> {
  const { principal } = caller;
  const right = (action: string) => [{ action, resource: '*' }];
  const [history, trails] = await Promise.all([
    asked(
      {
        topic: 'trail',
        what: "Whether CloudTrail's event history can be read",
        rights: right('cloudtrail:LookupEvents'),
        principal,
      },
      () => account.readHistory(),
    ),
    asked(
      {
        topic: 'trail',
        what: 'Whether a trail keeps what happens in this account',
        rights: [...right('cloudtrail:DescribeTrails'), ...right('cloudtrail:GetTrailStatus')],
        principal,
      },
      () => account.trails(),
    ),
  ]);
  const ofHistory =
    'unknown' in history
      ? history.unknown
      : diagnosis('trail', 'well', "CloudTrail's event history can be read: it names who changed a rule, for 90 days.");
  if ('unknown' in trails) return [ofHistory, trails.unknown];
  const [logging] = trails.answer.filter(({ isLogging }) => isLogging);
  if (logging !== undefined)
    return [ofHistory, diagnosis('trail', 'well', `Trail ${logging.name} keeps what happens in ${region}.`)];
  const [stopped] = trails.answer;
  const says =
    stopped === undefined
      ? 'No trail keeps what happens in this account beyond 90 days: deploys of Sluice and changes beside it are then forgotten.'
      : `Trail ${stopped.name} does not log now: what happens beside Sluice is forgotten after 90 days.`;
  return [ofHistory, diagnosis('trail', 'doubtful', says, mendOf(stopped?.name, region))];
}

function mendOf(name: string | undefined, region: string): readonly string[] {
  if (name === undefined)
    return [
      `aws cloudtrail create-trail --name account --is-multi-region-trail --enable-log-file-validation --region ${region} --s3-bucket-name <bucket>`,
      `aws cloudtrail start-logging --name account --region ${region}`,
    ];
  // A name of CloudTrail has no character that a shell reads.
  return /^[\w.-]{3,128}$/.test(name) ? [`aws cloudtrail start-logging --name ${name} --region ${region}`] : [];
}
