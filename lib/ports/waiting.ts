/** What a rollout is asked for: the input of its execution. */
export interface RolloutRequest {
  readonly service: string;
  readonly image: string;
  readonly requestedBy: string;
  readonly reason?: string | undefined;
  readonly traceId?: string | undefined;
  readonly taskDefinition?: string | undefined;
  /** Of a push: when it was, ISO 8601. */
  readonly pushedAt?: string | undefined;
}

/** A request that waits until the running rollout of its service has ended. */
export interface WaitingRequest {
  /** Made of the execution that asked; the name of the one that will run is made of it. */
  readonly id: string;
  /** When it was pushed or asked for; the newest one waits, ISO 8601. */
  readonly at: string;
  readonly request: RolloutRequest;
  /** The rollout that it waits for. */
  readonly behind: string;
  /** Whether that one is being rolled back for it. */
  readonly supersedes: boolean;
}

/** One request a service waits, at most. */
export interface WaitingRequests {
  waiting(service: string): Promise<WaitingRequest | undefined>;
  /** Lets a request wait in place of an older one, which is returned; `refused` names a newer one that waits already. */
  putWaiting(
    waiting: WaitingRequest,
  ): Promise<{ readonly replaced?: WaitingRequest | undefined; readonly refused?: WaitingRequest | undefined }>;
  /** Forgets a request if it is still the one that waits. */
  endWaiting(service: string, id: string): Promise<void>;
}
