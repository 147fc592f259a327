import { CliFailure } from './cli-failure.ts';

/** Says that a stage has no such part in a region. */
export function notDeployed(what: string, stage: string, region: string): CliFailure {
  return new CliFailure(
    `There is no ${what} in ${region}. Deploy the stack with: npx serverless deploy --stage ${stage} --region ${region}, or name another stage or region with --stage and --region.`,
  );
}
