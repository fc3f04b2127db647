import { describe, expect, it } from 'vitest';
import { deadLetterId } from '../../../lambdas/core/delivery/dead-letter-id.ts';
import { event } from '../../builders/records.ts';

describe('the deduplication id of a dead-letter copy', () => {
  const copy = { ...event({ version: 8 }), messageId: 'message-1', reason: 'GAVE_UP_AGE' };

  it('is the same for a copy that is sent again', () => {
    expect(deadLetterId({ ...copy })).toBe(deadLetterId(copy));
  });

  it('differs if the retried group has got a delete since', () => {
    expect(deadLetterId({ ...copy, kind: 'DELETE', version: 8 })).not.toBe(deadLetterId(copy));
    expect(deadLetterId({ ...copy, kind: 'DELETE', dataErasure: true })).not.toBe(
      deadLetterId({ ...copy, kind: 'DELETE' }),
    );
  });
});
