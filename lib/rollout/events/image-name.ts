import type { PinnedImage } from '../event-shapes.ts';

/** Returns how messages call the image of a rollout: its tag, or the beginning of its digest. */
export function imageName({ image }: { readonly image: PinnedImage }): string {
  return image.tag ?? image.digest.slice(0, 19);
}
