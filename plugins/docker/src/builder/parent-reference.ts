import { AmbitError } from '@ambit/plugin-api';
import type { BuiltImage } from '@ambit/plugin-api';
import { parseReference, repositoryOf } from '../registry/image-reference.ts';
import { imageTag } from './image-names.ts';
import { ensureImage } from './move-images.ts';
import type { MovingParts } from './move-images.ts';

/** A name by which the engine knows a built image, so that a Dockerfile can stand on it. */
export async function parentReference(
  { identity, locations }: BuiltImage,
  daemon: string,
  moving: MovingParts,
  newTag: () => string,
): Promise<{ readonly reference: string; readonly isTemporary: boolean }> {
  const { images, signal } = moving;
  const own = locations.find((each) => each.kind === 'docker-daemon' && each.daemon === daemon);
  if (own?.kind === 'docker-daemon') {
    const tag = imageTag(identity);
    if ((await images.find(tag, signal))?.id === own.imageId) return { reference: tag, isTemporary: false };
    if (await images.find(own.imageId, signal)) {
      const temporary = newTag();
      await images.tag(own.imageId, temporary, signal);
      return { reference: temporary, isTemporary: true };
    }
  }
  const pushed = locations.find((each) => each.kind === 'registry');
  if (pushed?.kind !== 'registry')
    throw new AmbitError(
      'AMBIT_BUILD_PARENT_GONE',
      `The image ${identity.digest.slice(0, 19)}, on which another is built, is not in the Docker engine any more.`,
      {
        hint: 'Run it again: what is missing is built.',
        facts: { parent: identity.digest, locations: locations.map((each) => ({ ...each })) },
      },
    );
  const reference = `${repositoryOf(parseReference(pushed.reference))}@${pushed.digest}`;
  await ensureImage(reference, identity.platform, moving);
  return { reference, isTemporary: false };
}
