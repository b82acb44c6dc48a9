import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

interface Listed {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
}

/** An image of a Docker engine with a name and a label of its own. What is built on it has that too, and goes with it. */
export class LabelledImage {
  readonly name = `ambit-test-${randomUUID()}:latest`;
  readonly #engine: string;

  private constructor(engine: string) {
    this.#engine = engine;
  }

  static async make(engine: string, base: string): Promise<LabelledImage> {
    const image = new LabelledImage(engine);
    const { Id } = await image.#call<Listed>('POST', '/containers/create', { Image: base, Cmd: ['none'] });
    const repo = image.name.replace(':latest', '');
    const changes = `LABEL dev.ambit.test=${repo}`;
    await image.#call('POST', `/commit?${new URLSearchParams({ container: Id, repo, changes }).toString()}`);
    await image.#call('DELETE', `/containers/${Id}`);
    return image;
  }

  async remove(): Promise<void> {
    const query = new URLSearchParams({ all: 'true', filters: JSON.stringify({ label: [this.#label] }) }).toString();
    for (const { Id } of await this.#call<readonly Listed[]>('GET', `/containers/json?${query}`))
      await this.#call('DELETE', `/containers/${Id}?force=true`);
    for (const { Id, RepoTags } of await this.#call<readonly Listed[]>('GET', `/images/json?${query}`))
      for (const name of RepoTags?.length ? RepoTags : [Id]) await this.#call('DELETE', `/images/${name}?force=true`);
  }

  get #label(): string {
    return `dev.ambit.test=${this.name.replace(':latest', '')}`;
  }

  async #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const at = { socketPath: this.#engine.replace('unix://', ''), method, path, headers: { 'content-type': 'application/json' } };
      request(at, resolve)
        .on('error', reject)
        .end(body && JSON.stringify(body));
    });
    const said = await text(answer);
    if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${said}`);
    return (said === '' ? undefined : JSON.parse(said)) as Answer;
  }
}
