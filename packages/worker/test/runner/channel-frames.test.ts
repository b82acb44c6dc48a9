import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelReader, channelFrame } from '../../src/runner/channel-frames.ts';

const messages = fc.array(fc.record({ text: fc.string({ unit: 'binary' }) }));
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });

describe('messages of the channel', () => {
  it('arrive whole and in order, in whatever pieces their bytes come', () => {
    fc.assert(
      fc.property(messages, sizes, (sent, pieces) => {
        const bytes = Buffer.concat(sent.map(channelFrame));
        const read: unknown[] = [];
        const reader = new ChannelReader((message) => read.push(message));
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const size = pieces[n % pieces.length] ?? 1;
          reader.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(read).toEqual(sent);
      }),
    );
  });
});
