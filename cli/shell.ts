/** The person or script that runs the command line. Tests provide their own. */
export interface Shell {
  /** Standard output: the answer and nothing else. */
  out(text: string): void;
  /** Standard error: progress, questions and errors. */
  err(text: string): void;
  /** Columns of the terminal at this moment. */
  readonly width: number;
  /** A person sees standard error and can answer. */
  readonly isInteractive: boolean;
  ask(question: string): Promise<string>;
  /** Name of the person on this machine, for the audit line of a local connector. */
  userName(): string;
  now(): number;
  /** Ends early, without an error, on Ctrl-C. */
  sleep(milliseconds: number): Promise<void>;
  readonly interrupted: AbortSignal;
  readFile(path: string): Promise<string>;
  /** Throws CliError if `writeFile` would fail; writes nothing. */
  checkWritable(path: string): Promise<void>;
  writeFile(path: string, text: string): Promise<void>;
}
