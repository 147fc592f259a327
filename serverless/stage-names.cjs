/** Stages among some stacks whose name goes on where that of a stage ends, or the other way round, such as `prod-eu` beside `prod`. */
function similarStages(stage, stacks) {
  return stacks
    .filter(({ description }) => !/\bprobe of Sluice\b/.test(description))
    .flatMap(({ name }) => /^sluice-([a-z][a-z0-9-]{0,18})$/.exec(name)?.[1] ?? [])
    .filter((other) => other.startsWith(`${stage}-`) || stage.startsWith(`${other}-`));
}

/** Says what follows from names that begin alike. */
function similarText(stage, others) {
  const named = others.map((other) => `"${other}"`).join(', ');
  return `The names of stage ${stage} and of ${named} begin alike: by the policy of docs/iam.md, who may deploy the shorter one may change the other.`;
}

/** Whether the functions of a stage would be taken for probes of another one; see `askByProbe` in rights.yml. */
const isLikeProbe = (stage) => /-probe-(?:data-)?vpc-/.test(stage);

module.exports = { isLikeProbe, similarStages, similarText };
