import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { json, text } from 'node:stream/consumers';

/** Stands before the testbed's engine, and keeps all that it is sent. */
export class WatchedEngine {
  readonly socket: string;
  readonly #behind: string;
  readonly #server: Server;
  readonly #sent: Buffer[] = [];

  constructor(socket: string, behind: string) {
    this.socket = socket;
    this.#behind = behind;
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: behind, allowHalfOpen: true });
      client.on('data', (data: Buffer) => this.#sent.push(data));
      for (const [from, to] of [
        [client, engine],
        [engine, client],
      ] as const) {
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
  }

  async start(): Promise<void> {
    await once(this.#server.listen(this.socket), 'listening');
  }

  get sent(): Buffer {
    return Buffer.concat(this.#sent);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** At which its containers see this machine. */
  async gateway(): Promise<string> {
    const bridge = (await json(await this.#ask('/networks/bridge'))) as {
      readonly IPAM: { readonly Config: readonly { Gateway: string }[] };
    };
    return bridge.IPAM.Config[0]?.Gateway ?? '';
  }

  /** Which of these words an image has anywhere: in its layers, its history, its configuration. */
  async wordsIn(image: string, words: readonly string[]): Promise<readonly string[]> {
    const found = new Set<string>();
    const keep = Math.max(...words.map(({ length }) => length));
    let before = Buffer.alloc(0);
    for await (const chunk of await this.#ask(`/images/${image}/get`)) {
      const piece = Buffer.concat([before, chunk as Buffer]);
      for (const word of words) if (piece.includes(word)) found.add(word);
      before = piece.subarray(-keep);
    }
    const said = await Promise.all(['json', 'history'].map(async (what) => text(await this.#ask(`/images/${image}/${what}`))));
    for (const word of words) if (said.some((each) => each.includes(word))) found.add(word);
    return [...found];
  }

  async removeImage(image: string): Promise<void> {
    await text(await this.#ask(`/images/${image}?force=true`, 'DELETE'));
  }

  async #ask(path: string, method = 'GET'): Promise<IncomingMessage> {
    const asked = request({ socketPath: this.#behind, path, method }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return answer;
  }
}
