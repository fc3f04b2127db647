import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError, type Caller, host } from '../contract.ts';

/** What a signature says: the service, and the role that owns the access key. Signatures are not verified. */
export interface Signer {
  readonly service: string;
  readonly caller: Caller;
}

/** One access key per role, so that every SDK call identifies its caller. */
export class AccessKeys {
  readonly #roles = new Map<string, string>();

  keyFor(role: string): string {
    const key = `LOCAL${createHash('sha256').update(role).digest('hex').slice(0, 15).toUpperCase()}`;
    this.#roles.set(key, role);
    return key;
  }

  /**
   * Throws MissingAuthenticationTokenException (403) without a SigV4 header. A key without a role means the
   * host.
   */
  signerOf(request: IncomingMessage): Signer {
    const scope = /Credential=([^/,]+)\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/.exec(
      request.headers.authorization ?? '',
    );
    const [, key, service] = scope ?? [];
    if (!key || !service) {
      throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', {
        status: 403,
      });
    }
    const role = this.#roles.get(key);
    if (!role) return { service, caller: host };
    return {
      service,
      caller: { kind: 'role', role, source: String(request.headers['x-amz-security-token'] ?? '') },
    };
  }
}
