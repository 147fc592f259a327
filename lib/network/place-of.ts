/** Returns where a request to a URL goes, as a signer of requests to AWS takes it; the query is apart. */
export function placeOf(url: URL): {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
} {
  const { protocol, hostname, port, pathname } = url;
  return { protocol, hostname, ...(port !== '' && { port: Number(port) }), path: pathname };
}
