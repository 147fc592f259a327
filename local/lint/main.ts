import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withPackagedStack } from '../stack/package-stack.ts';
import { projectRoot } from '../stack/project-root.ts';
import { acceptedFindings, complaintsOf } from './accepted-findings.ts';
import { lintPolicies, lintTemplate } from './linters.ts';
import { rolePoliciesOf } from './role-policies.ts';

const regions = ['eu-west-1', 'us-east-1'];

// The packaged stack as it would be deployed: CloudFormation's rules, and what every role may do.
const complaints = await withPackagedStack('production', async ({ parameterised, template }) => {
  const text = await readFile(parameterised, 'utf8');
  // cfn-lint knows the ARNs of integrations by the partition aws alone, and looks into no substitution of a definition.
  const ofOnePartition = parameterised.replace(/\.json$/, '-aws.json');
  await writeFile(ofOnePartition, text.replaceAll('"arn:${Partition}:', '"arn:aws:'));
  const [ofTemplate, ofProbe, findings, list] = await Promise.all([
    lintTemplate(ofOnePartition, regions),
    lintTemplate(path.join(projectRoot, 'serverless', 'probe', 'probe.yml'), regions),
    lintPolicies(rolePoliciesOf(JSON.parse(await readFile(template, 'utf8')))),
    acceptedFindings(),
  ]);
  return [...[...ofTemplate, ...ofProbe].map((line) => `cfn-lint: ${line}`), ...complaintsOf(findings, list)];
});

for (const complaint of complaints) console.log(complaint);
if (complaints.length > 0) process.exitCode = 1;
