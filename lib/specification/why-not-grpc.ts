/** Why a gRPC service cannot be rolled out. */
export const whyNotGrpc =
  'a gRPC health request is no HTTP GET, so green cannot be verified by one, and gRPC errors stand in the grpc-status trailer behind HTTP status 200, so no gate on 5xx counts sees them';
