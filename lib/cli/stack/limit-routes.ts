import { limitPatches } from '../../../serverless/limit-patches.cjs';
import { CliFailure } from '../cli-failure.ts';
import type { StackDeployment } from './stack-deployment.ts';
import type { StackTemplate } from './stack-template.ts';

/**
 * Gives the routes of the API the limits of the template that was deployed: CloudFormation sets them with a new stage of the API alone.
 * @throws CliFailure where that does not work: the stack is deployed then, and its routes have the limits of before
 */
export async function limitRoutes(template: StackTemplate, deployment: StackDeployment): Promise<void> {
  const patches = limitPatches(template);
  const api = (await deployment.resources()).get('ApiGatewayRestApi');
  if (patches.length === 0 || api === undefined) return;
  try {
    await deployment.changeApiStage(api, patches);
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new CliFailure(
      `Stack ${deployment.name} is deployed, but the limits of its routes could not be set (${why}). ` +
        `Allow apigateway:PATCH on /restapis/${api}/stages/*, and run the same command again.`,
    );
  }
}
