import type { PlannedImage } from '@ambit/core';
import type { PlannedFiles } from './planned-files.ts';

/** What is built: an image of the plan, or one that holds the runtime. */
export interface BuildableImage extends PlannedImage {
  /** Of one that holds the runtime: where its files are. */
  readonly runtime?: PlannedFiles;
}
