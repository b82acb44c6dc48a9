import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { RelayStream } from '../../src/executor/relay-stream.ts';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** What comes of these bytes when they arrive in pieces of this size. */
async function read(bytes: Buffer, size: number): Promise<string> {
  const source = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  for (let at = 0; at < bytes.length; at += size) source.push(bytes.subarray(at, at + size));
  source.push(null);
  let text = '';
  for await (const chunk of new RelayStream(source)) text += chunk.toString();
  return text;
}

describe('the stream of a relay', () => {
  it.each([1, 3, 8, 9, 1000])('is what the relay wrote, in whatever pieces of %i bytes it comes', async (size) => {
    const bytes = Buffer.concat([frame(1, 'one'), frame(1, ''), frame(1, 'a longer two'), frame(1, '3')]);
    expect(await read(bytes, size)).toBe('onea longer two3');
  });

  it('fails with what the relay said in the end', async () => {
    await expect(read(Buffer.concat([frame(1, 'x'), frame(2, 'No worker '), frame(2, 'listens.\n')]), 5)).rejects.toThrow(
      'No worker listens.',
    );
  });
});
