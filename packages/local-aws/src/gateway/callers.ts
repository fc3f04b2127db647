import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError, type Caller, host } from '../parts.ts';

/** Who signed: the service of the scope, and the role behind the access key. Signatures are not verified. */
export interface Signer {
  readonly service: string;
  readonly caller: Caller;
}

/** One access key per role, so that every real SDK call tells who calls. */
export class AccessKeys {
  readonly #roles = new Map<string, string>();

  keyFor(role: string): string {
    const key = `LOCAL${createHash('sha256').update(role).digest('hex').slice(0, 15).toUpperCase()}`;
    this.#roles.set(key, role);
    return key;
  }

  /** Throws 403 MissingAuthenticationTokenException without a SigV4 header. A key of no role is the host itself. */
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
