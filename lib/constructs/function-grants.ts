/** Allows a function exact actions on one exact resource. */
export interface FunctionGrants {
  allow(actions: readonly string[], resourceArn: string): void;
}
