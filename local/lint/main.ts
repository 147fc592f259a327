import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { synthesised } from '../blocks/cdk.ts';
import { withPackagedStack } from '../stack/package-stack.ts';
import { projectRoot } from '../stack/project-root.ts';
import { acceptedFindings, complaintsOf } from './accepted-findings.ts';
import { lintPolicies, lintTemplate } from './linters.ts';
import { rolePoliciesOf } from './role-policies.ts';

/** Templates that people deploy as they are. */
const written = [
  'serverless/probe/probe.yml',
  'serverless/probe/data-probe.yml',
  'examples/cloudformation/service.yml',
  'examples/ci/codepipeline/pipeline.yml',
];
const regions = ['eu-west-1', 'us-east-1'];

// The packaged stack as it would be deployed: CloudFormation's rules, and what every role may do.
const complaints = await withPackagedStack('production', async ({ parameterised, template }) => {
  const text = await readFile(parameterised, 'utf8');
  // cfn-lint knows the ARNs of integrations by the partition aws alone, and looks into no substitution of a definition.
  const ofOnePartition = parameterised.replace(/\.json$/, '-aws.json');
  await writeFile(ofOnePartition, text.replaceAll('"arn:${Partition}:', '"arn:aws:'));
  const ofTheCdk = path.join(path.dirname(parameterised), 'cdk-example.json');
  await writeFile(ofTheCdk, await synthesised());
  const [ofTemplate, ofOthers, findings, list] = await Promise.all([
    lintTemplate(ofOnePartition, regions),
    Promise.all(
      [...written.map((file) => path.join(projectRoot, file)), ofTheCdk].map((file) => lintTemplate(file, regions)),
    ),
    lintPolicies(rolePoliciesOf(JSON.parse(await readFile(template, 'utf8')))),
    acceptedFindings(),
  ]);
  return [...[...ofTemplate, ...ofOthers.flat()].map((line) => `cfn-lint: ${line}`), ...complaintsOf(findings, list)];
});

for (const complaint of complaints) console.log(complaint);
if (complaints.length > 0) process.exitCode = 1;
