/** What a call of a task rejects with, as its caller sees it. */
export interface TaskError extends Error {
  readonly code: string;
  readonly task: string;
  readonly failure: string;
}
