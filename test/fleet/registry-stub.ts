import http from 'node:http';
import * as z from 'zod';
import { digestOf } from '../../examples/web/versions.ts';

const question = z.object({
  repositoryName: z.string(),
  imageIds: z.tuple([z.object({ imageTag: z.string().optional(), imageDigest: z.string().optional() })]),
});

/** An ECR that knows manifests by tag, and by the digest of their text. */
export async function startRegistry(
  manifests: Readonly<Record<string, string>>,
): Promise<{ readonly endpoint: string; readonly stop: () => void }> {
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const [wanted] = question.parse(JSON.parse(body)).imageIds;
      const found = Object.entries(manifests).find(
        ([tag, text]) => tag === wanted.imageTag || digestOf(text) === wanted.imageDigest,
      );
      const answer =
        found === undefined
          ? {
              images: [],
              failures: [{ imageId: wanted, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }],
            }
          : {
              images: [{ imageId: { imageTag: found[0], imageDigest: digestOf(found[1]) }, imageManifest: found[1] }],
              failures: [],
            };
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no TCP address');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
