export type RunRefusalCode =
  | 'RUN_BUSY'
  | 'HANDLER_UNKNOWN'
  | 'HANDLER_PAUSED'
  | 'WINDOW_IN_FUTURE'
  | 'WINDOW_EMPTY'
  | 'OPTION_UNFIT'
  | 'GROUP_UNKNOWN';

/** Why a run cannot begin. The message says what to do; nothing has begun. */
export class RunRefused extends Error {
  readonly code: RunRefusalCode;
  /** Of RUN_BUSY: the run that has the lock. */
  readonly runId?: string;

  constructor(code: RunRefusalCode, message: string, runId?: string) {
    super(message);
    this.name = 'RunRefused';
    this.code = code;
    if (runId !== undefined) this.runId = runId;
  }
}
