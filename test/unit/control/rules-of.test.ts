import { expect, test } from 'vitest';
import { rulesOf } from '../../../lambdas/control/rules-of.ts';

test('rules have ARN, bus and name, although the name of a partner bus contains slashes', () => {
  const arn = (rest: string) => `arn:aws:events:eu-central-1:111122223333:rule/${rest}`;
  const given = {
    partner: arn('aws.partner/commercetools.com/shop/key/Rule-1'),
    internal: 'InternalBus-2|Rule-3',
    everyMinute: 'Minute-4',
  };
  expect(rulesOf(given)).toEqual({
    'partner-rule': { arn: given.partner, busName: 'aws.partner/commercetools.com/shop/key', name: 'Rule-1' },
    'internal-rule': { arn: arn('InternalBus-2/Rule-3'), busName: 'InternalBus-2', name: 'Rule-3' },
    caretaker: { arn: arn('Minute-4'), busName: 'default', name: 'Minute-4' },
  });
});
