/**
 * What `UpdateStage` has to be told so that the stage of the API has the limits of a template: two operations a route.
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch
 */
function limitPatches({ Resources: resources }) {
  const deployments = Object.values(resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Deployment');
  return deployments.flatMap(({ Properties: { StageDescription } }) =>
    (StageDescription?.MethodSettings ?? []).flatMap((setting) => {
      // The root is `/` in a template, and `~1` in a patch.
      const key = `/${setting.ResourcePath.slice(1) || '~1'}/${setting.HttpMethod}/throttling`;
      return [
        { op: 'replace', path: `${key}/rateLimit`, value: String(setting.ThrottlingRateLimit) },
        { op: 'replace', path: `${key}/burstLimit`, value: String(setting.ThrottlingBurstLimit) },
      ];
    }),
  );
}

module.exports = { limitPatches };
