import { PutObjectCommand, type PutObjectCommandInput, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/**
 * Writes an object where none of its name lies. S3 answers 409 where another write of the name came between: it is tried once more.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @returns false where one lies there already
 */
export async function putOnce(client: S3Client, input: Omit<PutObjectCommandInput, 'IfNoneMatch'>): Promise<boolean> {
  const put = () => client.send(new PutObjectCommand({ ...input, IfNoneMatch: '*' }));
  try {
    await put().catch((error: unknown) => {
      if (nameOf(error) === 'ConditionalRequestConflict') return put();
      throw error;
    });
    return true;
  } catch (error) {
    if (nameOf(error) === 'PreconditionFailed') return false;
    throw error;
  }
}

function nameOf(error: unknown): string | undefined {
  return error instanceof S3ServiceException ? error.name : undefined;
}
