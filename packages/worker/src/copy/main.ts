import { chmodSync, copyFileSync, mkdirSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [, own = '', target = ''] = process.argv;

try {
  mkdirSync(target, { recursive: true });
  copyInto(dirname(own), target);
} catch (error) {
  console.error(`The runtime could not be copied: ${(error as Error).message}`);
  process.exit(1);
}

/** The target itself is left as it is: it may be another user's. */
function copyInto(folder: string, to: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [source, place] = [join(folder, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(place, { recursive: true });
      copyInto(source, place);
      chmodSync(place, statSync(source).mode);
      continue;
    }
    // A program that runs is not overwritten, and a link leads elsewhere.
    rmSync(place, { force: true });
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), place);
    else copyFileSync(source, place);
  }
}
