export type RunRefusalCode =
  | 'RUN_BUSY'
  | 'HANDLER_UNKNOWN'
  | 'HANDLER_PAUSED'
  | 'WINDOW_IN_FUTURE'
  | 'WINDOW_EMPTY'
  | 'OPTION_UNFIT'
  | 'GROUP_UNKNOWN';

/** The run was not started. The message says what to do. */
export class RunRefused extends Error {
  readonly code: RunRefusalCode;
  /** With RUN_BUSY: the run that has the lock. */
  readonly runId?: string;

  constructor(code: RunRefusalCode, message: string, runId?: string) {
    super(message);
    this.name = 'RunRefused';
    this.code = code;
    if (runId !== undefined) this.runId = runId;
  }
}
