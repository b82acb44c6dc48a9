// Prints the commands of a page's `sh` blocks, one a line, in order: CI runs each of them.
import { readFileSync } from 'node:fs';

const page = readFileSync(process.argv[2], 'utf8');
for (const [, block] of page.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
  for (const line of block.split('\n')) {
    const command = line.replace(/\s+#.*$/, '').trim();
    if (command !== '') console.log(command);
  }
}
