const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { namesIn } = require('./own-resources.cjs');
const { activeRollout, itemIn, servicesIn } = require('./recorded-services.cjs');

/**
 * Refuses a deployment that would take away what an applied spec or a rollout under way needs: with another load balancer's name in
 * `balancers` nobody could put traffic back, with another path in `secrets` no message would be sent.
 * `--param="loseAccess=yes"` deploys all the same.
 */
class RefuseLostAccess {
  constructor(serverless, { param = [] }, { log }) {
    this.hooks = {
      'before:deploy:deploy': async () => {
        const provider = serverless.getProvider('aws');
        const stage = provider.getStage();
        if ([param].flat().includes('loseAccess=yes')) {
          log.warning('Deploying without asking whether applied specs keep what they need');
          return;
        }
        const client = new DynamoDBClient(await provider.getAwsSdkV3Config());
        const { secrets, ...boundary } = serverless.service.custom.boundary;
        const reason = await whyNot(client, `sluice-${stage}`, { ...boundary, secrets: secrets || `sluice/${stage}` });
        if (reason !== undefined) throw new serverless.classes.Error(reason);
      },
    };
  }
}

const anyway = 'To deploy all the same, add --param="loseAccess=yes".';

/**
 * Why a deployment must not be made; `undefined` where it may be.
 * @param boundary the parameters `balancers`, `clusters`, `secrets`, `mailSender` and `prometheusWorkspace` of the stack to deploy
 */
async function whyNot(client, table, boundary) {
  let lost;
  try {
    lost = await lostIn(client, table, boundary);
  } catch (error) {
    // Nothing was ever recorded there.
    if (error.name === 'ResourceNotFoundException') return undefined;
    return `Whether applied specs keep what they need could not be read from table ${table} (${error.name}: ${error.message}). ${anyway}`;
  }
  if (lost.length === 0) return undefined;
  return [
    'This deployment would take away what these need:',
    ...lost.map(({ of, what, parameter }) => `- ${of}: ${what} (parameter ${parameter})`),
    `Add the names to the parameters in serverless.yml, or apply specs that no longer need them. ${anyway}`,
  ].join('\n');
}

async function lostIn(client, table, boundary) {
  const lost = [];
  for (const service of await servicesIn(client, table)) {
    const rolloutId = await activeRollout(client, table, service);
    const texts = [
      [`the spec of ${service}`, await itemIn(client, table, `SERVICE#${service}`, 'SPEC')],
      [`rollout ${rolloutId}`, rolloutId && (await itemIn(client, table, `ROLLOUT#${rolloutId}`, 'STATE'))],
    ];
    for (const [of, item] of texts) {
      const text = item?.stored?.S ?? item?.state?.S ?? '';
      lost.push(...outside(text, boundary).map((each) => ({ of, ...each })));
    }
  }
  return lost;
}

/** What a recorded spec names beyond the boundary. Names are found in the text: records of every version have them in it. */
function outside(text, { balancers, clusters, secrets, mailSender, prometheusWorkspace = '*' }) {
  const within = (parameter, value) => {
    const names = namesIn(parameter, value);
    return (name) => names.includes('*') || names.includes(name);
  };
  const found = (pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
  const mayBalance = within('balancers', balancers);
  const mayRun = within('clusters', clusters);
  return [
    ...found(/:(?:listener|listener-rule)\/app\/([A-Za-z0-9-]+)\//g)
      .filter((name) => !mayBalance(name))
      .map((name) => ({ what: `load balancer ${name}`, parameter: 'balancers' })),
    ...found(/"cluster":"([A-Za-z0-9_-]+)"/g)
      .filter((name) => !mayRun(name))
      .map((name) => ({ what: `cluster ${name}`, parameter: 'clusters' })),
    ...found(/(?:ssm:\/|secretsmanager:)(sluice\/[A-Za-z0-9_+=.@/-]+)/g)
      .filter((name) => !name.startsWith(`${secrets}/`))
      .map((name) => ({ what: `secret ${name}`, parameter: 'secrets' })),
    ...found(/"from":"([^"@]+@[^"]+)"/g)
      .filter((sender) => !maySend(sender, mailSender))
      .map((sender) => ({ what: `mail from ${sender}`, parameter: 'mailSender' })),
    ...found(/"workspace":"(ws-[0-9a-f-]+)"/g)
      .filter((id) => prometheusWorkspace !== '*' && id !== prometheusWorkspace)
      .map((id) => ({ what: `Prometheus workspace ${id}`, parameter: 'prometheusWorkspace' })),
  ];
}

/** An identity of SES is an address, or a domain with all that is under it: https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html */
function maySend(sender, identity) {
  return identity === '*' || sender === identity || sender.endsWith(`@${identity}`) || sender.endsWith(`.${identity}`);
}

module.exports = RefuseLostAccess;
module.exports.whyNot = whyNot;
