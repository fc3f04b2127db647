/** The error document that Lambda writes when the runtime itself cannot. */
export interface ErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
}

export const timedOut = (requestId: string, seconds: number): ErrorDocument => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});

export const exited = (requestId: string, exitCode: number): ErrorDocument => ({
  errorType: 'Runtime.ExitError',
  errorMessage:
    exitCode === 0
      ? `RequestId: ${requestId} Error: Runtime exited without providing a reason`
      : `RequestId: ${requestId} Error: Runtime exited with error: exit status ${exitCode}`,
});

export const outOfMemory = (requestId: string): ErrorDocument => ({
  errorType: 'Runtime.OutOfMemory',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
});

export const responseTooLarge = (limitBytes: number): ErrorDocument => ({
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`,
});
