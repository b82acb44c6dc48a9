const headBytes = 4;

/** A message of the channel as it travels: its length (4 bytes, big endian), then its JSON. */
export function channelFrame(message: object): Buffer {
  const text = JSON.stringify(message);
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headBytes + size);
  frame.writeUInt32BE(size, 0);
  frame.write(text, headBytes);
  return frame;
}

/** Makes messages of the channel's bytes, in whatever pieces they come. */
export class ChannelReader<Message> {
  readonly #onMessage: (message: Message) => void;
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = headBytes;

  constructor(onMessage: (message: Message) => void) {
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const rest = bytes.subarray(this.#read(bytes));
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
  }

  /** How much of the bytes was whole messages. */
  #read(bytes: Buffer): number {
    for (let at = 0; ;) {
      const left = bytes.length - at;
      this.#wanted = left < headBytes ? headBytes : headBytes + bytes.readUInt32BE(at);
      if (left < this.#wanted) return at;
      const text = bytes.toString('utf8', at + headBytes, at + this.#wanted);
      at += this.#wanted;
      this.#onMessage(JSON.parse(text) as Message);
    }
  }
}
