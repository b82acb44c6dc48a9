import type { EngineLink } from './engine-link.ts';
import type { LiveAttempt } from './live-attempt.ts';
import type { Outcomes } from './outcomes.ts';

/** How long what is to be told waits for more of the same. */
const patienceMs = 2;

interface Ended {
  readonly action: string;
  readonly attempt: number;
  readonly live: LiveAttempt | undefined;
}

/** Tells how attempts ended. Where more of them follow at once, they are told together: to wake an engine costs more than to tell it. */
export class ReportSender {
  readonly #link: EngineLink;
  readonly #outcomes: Outcomes;
  #waiting: Ended[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(link: EngineLink, outcomes: Outcomes) {
    this.#link = link;
    this.#outcomes = outcomes;
  }

  add(ended: Ended, isFollowed: boolean): void {
    this.#waiting.push(ended);
    if (!isFollowed) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), patienceMs);
  }

  /** Before anything is said of what came later. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { action, attempt, live } of this.#waiting.splice(0)) {
      const report = this.#outcomes.get(action, attempt);
      if (!report) continue;
      live?.tellStart();
      this.#link.send({ type: 'attempt.ended', report });
    }
  }
}
