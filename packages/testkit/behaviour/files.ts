import { createHash } from 'node:crypto';
import { File, TaskEnvironment } from 'ambit';

const reading = new TaskEnvironment({ name: 'reading_env' });
const writing = new TaskEnvironment({ name: 'writing_env', dependsOn: [reading] });

export const reads = reading.task('reads', async (files: Map<string, { file: File }>) => {
  const all = [...files].map(async ([key, { file }]) => [key, file.name, file.size, file.sha256, await file.text()] as const);
  return Promise.all(all);
});

/** The digest of what is streamed, and whether it came in pieces. */
export const digests = reading.task('digests', async (file: File) => {
  const hash = createHash('sha256');
  let [size, largest] = [0, 0];
  for await (const chunk of file.stream()) {
    hash.update(chunk);
    size += chunk.length;
    largest = Math.max(largest, chunk.length);
  }
  return { sha256: hash.digest('hex'), size, inPieces: largest < size };
});

export const hands = writing.task('hands', async () => {
  const text = await File.newRemote('two.fasta').write('>a\nMKT\n>ü\nAYI\n');
  const empty = await File.newRemote('empty').write('');
  const made = new Map([
    ['text', { file: text }],
    ['empty', { file: empty }],
  ]);
  return { read: await reads(made), own: await text.text() };
});

async function* noise(mebibytes: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < mebibytes; n += 1) {
    const chunk = Buffer.alloc(2 ** 20);
    for (let i = 0; i < chunk.length; i += 4) chunk.writeUInt32LE((Math.imul(i + n, 2654435761) ^ n) >>> 0, i);
    yield chunk;
  }
}

export const handsMuch = writing.task('hands_much', async (mebibytes: number) => {
  const file = await File.newRemote('noise').write(noise(mebibytes));
  return { written: { sha256: file.sha256, size: file.size }, read: await digests(file) };
});

export const handsNothing = writing.task('hands_nothing', async () => {
  try {
    await digests(File.newRemote('later'));
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code, message };
  }
});
