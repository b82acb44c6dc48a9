import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Image, TaskEnvironment, environmentDefinition, renderImage } from '../../src/index.ts';
import type { PlannedImage } from '../../src/index.ts';
import { cluster, docker, planOf } from '../plan/scene.ts';
import { filesOf, linesOf } from './rendered.ts';

/** The images of the AlphaFold example, as its modules describe them. */
const base = Image.fromDebianBase();
const foldImage = base.withNpmPackages('nanoid@5.1.6');
const fold = new TaskEnvironment({ name: 'fold_env', image: foldImage });
const msa = new TaskEnvironment({ name: 'msa_env', image: base.withNpmPackages('fasta-js@1.0.1').withNpmPackages('nanoid@2.1.11') });
const multi = new TaskEnvironment({ name: 'multi_env', image: foldImage.withNpmPackages('fasta-js@1.0.1'), dependsOn: [fold, msa] });

const { images } = planOf([environmentDefinition(multi)!], { builders: { docker }, executors: { cluster } });

function dockerfileOf({ base: reference, container, layers, parent, parentLayers }: PlannedImage): string {
  const request = { reference, base: container!, layers, files: filesOf(), mounts: true };
  const [step] = renderImage({ ...request, ...(parent !== undefined && { parentLayers }) });
  return `${linesOf(step!).join('\n')}\n`;
}

describe('the images of the AlphaFold example', () => {
  test('are three, of which that of main stands on that of fold', () => {
    expect(images.map(({ environments, parentLayers }) => [environments, parentLayers])).toEqual([
      [['fold_env'], 0],
      [['multi_env'], 1],
      [['msa_env'], 0],
    ]);
  });

  test.each(images.map((image) => [image.environments[0]!, image] as const))(
    'for %s is the Dockerfile that stands in golden',
    (name, image) => {
      expect(dockerfileOf(image)).toBe(readFileSync(new URL(`golden/${name}.Dockerfile`, import.meta.url), 'utf8'));
    },
  );
});
