import { describe, expect, it } from 'vitest';
import { deadLetterId } from '../../../lambdas/core/delivery/dead-letter-id.ts';
import { event } from '../../builders/records.ts';

describe('the id by which a dead-letter queue knows a copy again', () => {
  const copy = { ...event({ version: 8 }), messageId: 'message-1', reason: 'GAVE_UP_AGE' };

  it('is the same for a copy that is sent again', () => {
    expect(deadLetterId({ ...copy })).toBe(deadLetterId(copy));
  });

  it('differs when the group of the same first message came back with a delete', () => {
    expect(deadLetterId({ ...copy, kind: 'DELETE', version: 8 })).not.toBe(deadLetterId(copy));
    expect(deadLetterId({ ...copy, kind: 'DELETE', dataErasure: true })).not.toBe(
      deadLetterId({ ...copy, kind: 'DELETE' }),
    );
  });
});
