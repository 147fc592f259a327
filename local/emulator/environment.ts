import path from 'node:path';

export interface EmulatorEnvironment {
  /** Folder of this run: state, temporary files, home. */
  readonly directory: string;
  readonly port: number;
  /** Comes back in the health answer. */
  readonly nonce: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly persist?: boolean;
  readonly logFile?: string;
  readonly waitScale?: number;
}

/** What the emulator takes over from whoever starts it. Not the AWS settings: its functions must never reach a real account. */
const inherited = ['LANG', 'LC_ALL', 'TZ'];

/** The whole environment of the emulator. Its Lambda functions inherit it, so they run under the Node that runs this. */
export function emulatorEnvironment(options: EmulatorEnvironment): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(inherited.map((name) => [name, process.env[name]]));
  return {
    ...kept,
    PATH: [path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter),
    HOME: options.directory,
    TMPDIR: path.join(options.directory, 'tmp'),
    STATE_DIR: path.join(options.directory, 'state'),
    S3_DATA_DIR: path.join(options.directory, 's3'),
    PERSIST_STATE: options.persist === true ? '1' : '0',
    S3_PERSIST: options.persist === true ? '1' : '0',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(options.port),
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_EDITION: options.nonce,
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    LAMBDA_EXECUTOR: 'local',
    // Every request is held against the policies of who signed it; functions have the credentials of their own roles.
    AUTH: 'true',
    // What a burst leaves behind is ended soon, and no function keeps garbage for speed: dozens of them run on one small machine.
    LAMBDA_WARM_TTL_SECONDS: '15',
    NODE_OPTIONS: '--max-semi-space-size=2',
    LOG_LEVEL: options.logFile === undefined ? 'WARNING' : 'INFO',
    SFN_WAIT_SCALE: String(options.waitScale ?? 1),
    // No container is ever started, also where a Docker daemon runs: a socket that does not exist keeps it out of reach.
    DOCKER_HOST: `unix://${path.join(options.directory, 'no-docker.sock')}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1,localhost',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    ...options.env,
  };
}

/** What an AWS SDK client or tool on this machine needs to talk to the emulator, and to nothing else. */
export function clientEnvironment(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
