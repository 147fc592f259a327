const { writeFileSync, mkdirSync } = require('node:fs');
const path = require('node:path');
const { PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const { withNameSlots } = require('./name-slots.cjs');
const { splitTemplate } = require('./split-template.cjs');

/**
 * Gives each chapter of `custom.nested` a nested stack of its own: see `split-template.cjs`. The whole template stays beside the divided
 * ones, for what reads it as one.
 */
class NestedStacks {
  constructor(serverless) {
    const provider = () => serverless.getProvider('aws');
    let nested = {};
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { service } = serverless;
        const whole = service.provider.compiledCloudFormationTemplate;
        const chapters = chaptersIn(service.custom.nested ?? {});
        const values = { ...service.custom.parameters, Stage: provider().getStage() };
        const divided = splitTemplate(withNameSlots(whole, values), chapters, urlOf);
        service.provider.compiledCloudFormationTemplate = divided.root;
        nested = divided.nested;
        const folder = path.join(serverless.serviceDir, '.serverless');
        mkdirSync(folder, { recursive: true });
        const write = (name, text) => writeFileSync(path.join(folder, name), text);
        write('whole-template.json', JSON.stringify(whole));
        write('chapters.json', JSON.stringify(chapters));
        for (const [file, text] of Object.entries(nested)) write(`nested-${file}`, text);
      },
      'after:aws:deploy:deploy:uploadArtifacts': async () => {
        const s3 = new S3Client({ ...(await provider().getAwsSdkV3Config()), forcePathStyle: true });
        const Bucket = await provider().getServerlessDeploymentBucketName();
        for (const [file, Body] of Object.entries(nested))
          await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(provider().getStage(), file), Body }));
      },
    };
  }
}

/** The chapters by the files that define them, each with its functions and other resources. */
function chaptersIn(files) {
  return Object.fromEntries(
    Object.entries(files).map(([name, { functions = {}, resources = {} }]) => [
      name,
      {
        functions: Object.keys(functions).map((one) => `${one.charAt(0).toUpperCase()}${one.slice(1)}`),
        resources: Object.keys(resources.Resources ?? {}),
      },
    ]),
  );
}

/** Below the folder of the stage, which the framework empties when the stack is removed. */
const keyOf = (stage, file) => `serverless/sluice/${stage}/nested/${file}`;

const urlOf = (file) => ({
  'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/\${ServerlessDeploymentBucket}/${keyOf('${Stage}', file)}`,
});

module.exports = NestedStacks;
