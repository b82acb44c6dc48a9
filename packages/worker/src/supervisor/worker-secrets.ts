import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { AttemptOutcome, WorkerSecret } from '../protocol/messages.ts';
import type { FromRunner } from '../runner/channel.ts';
import { redactMessage } from '../secrets/redact-message.ts';
import { RedactedStream } from '../secrets/redacted-stream.ts';
import { Redaction } from '../secrets/redaction.ts';
import type { OutputSink } from './runner-process.ts';

/** Output of an attempt on its way to the log. */
export interface SecretOutput {
  push: OutputSink;
  /** Nothing more belongs to it. */
  flush(): void;
}

/** Files of one attempt, and the variables that say where they are. */
export interface SecretFiles {
  readonly variables: Readonly<Record<string, string>>;
  remove(): void;
}

/** What the tasks of this worker may know. It is in memory only, and goes out of what they say. */
export class WorkerSecrets {
  readonly #directory: string;
  #all: readonly WorkerSecret[] = [];
  #redaction = new Redaction([]);
  #attempts = 0;

  /** `directory` is for files where the attempt has no folder of its own. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  get all(): readonly WorkerSecret[] {
    return this.#all;
  }

  take(values: readonly WorkerSecret[]): void {
    this.#all = values;
    this.#redaction = new Redaction(values.map(({ value }) => value));
  }

  redacted<Message>(message: Message): Message {
    return redactMessage(message, this.#redaction);
  }

  /** Values are never altered. */
  redactedOutcome(outcome: AttemptOutcome): AttemptOutcome {
    return outcome.status === 'succeeded' ? outcome : this.redacted(outcome);
  }

  redactedMessage(message: FromRunner): FromRunner {
    if (this.#redaction.isEmpty) return message;
    switch (message.type) {
      case 'ended':
        return { ...message, outcome: this.redactedOutcome(message.outcome) };
      case 'call':
        return { ...message, ...(message.options && { options: this.redacted(message.options) }) };
      case 'step':
        return { ...message, name: this.redacted(message.name), ...(message.error && { error: this.redacted(message.error) }) };
      case 'call.cancel':
        return { ...message, reason: this.redacted(message.reason) };
      case 'progress':
        return { ...message, data: this.redacted(message.data) };
      default:
        return message;
    }
  }

  output(sink: OutputSink): SecretOutput {
    if (this.#redaction.isEmpty) return { push: sink, flush: () => undefined };
    const stdout = new RedactedStream(this.#redaction, (data) => sink('stdout', data));
    const stderr = new RedactedStream(this.#redaction, (data) => sink('stderr', data));
    const streams = { stdout, stderr };
    return {
      push: (stream, data) => streams[stream].push(data),
      flush: () => [stdout, stderr].forEach((stream) => stream.flush()),
    };
  }

  /** Writes those that are files: into `folder`, or one of the attempt's own where there is none. */
  write(folder: string | undefined): SecretFiles {
    this.#attempts += 1;
    const base = folder ?? join(this.#directory, String(this.#attempts));
    const paths = new Map<string, string>();
    const remove = (): void => {
      for (const path of paths.values()) rmSync(path, { force: true });
      if (folder === undefined && paths.size > 0) rmSync(base, { recursive: true, force: true });
    };
    try {
      for (const secret of this.#all) {
        if (secret.kind !== 'file') continue;
        const path = isAbsolute(secret.path) ? secret.path : join(base, secret.path);
        writeSecret(path, secret);
        paths.set(secret.name, path);
      }
    } catch (error) {
      remove();
      throw error;
    }
    return { variables: Object.fromEntries(paths), remove };
  }
}

/** A file that is there is left alone, unless it is what another attempt left. */
function writeSecret(path: string, { name, value }: WorkerSecret): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, value, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || readFileSync(path, 'utf8') !== value) throw error;
    }
  } catch (cause) {
    throw new AmbitError('AMBIT_SECRET_FILE', `The secret ${name} could not be written to ${path}: ${(cause as Error).message}.`, {
      hint: `Give it another path, or none: the variable ${name} says where the file is.`,
      facts: { secret: name, path },
      cause,
    });
  }
}
