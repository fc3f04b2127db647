import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { CliError } from '../cli-error.ts';
import type { CommandGroup } from '../command-runner.ts';
import { confirm } from '../confirm.ts';
import { id, wholeNumber } from '../option-parsers.ts';
import { timeText } from '../render/values.ts';
import { facts, type View } from '../render/view.ts';
import type { Session } from '../session.ts';

const RECEIPT_POLL_MS = 1_000;

interface Flags {
  readonly yes?: boolean;
  readonly evenIfPresent?: boolean;
  readonly evenIfUnknown?: boolean;
  readonly timeout: number;
}

export const addErase: CommandGroup = (program, runner) => {
  program
    .command('erase')
    .description(
      'erase a customer in Fluent, the connector and its dead-letter queues; waits for the receipt',
    )
    .argument('<id>', 'customer', id)
    .option('--yes', 'do not ask for confirmation')
    .option(
      '--even-if-present',
      'erase although the customer is still in commercetools. Its changes are not synced for 90 days; delete it there by then',
    )
    .option('--even-if-unknown', 'erase although commercetools, Fluent and the connector do not know the id')
    .option('--timeout <seconds>', 'how long to wait for the receipt', wholeNumber(0, 3_600), 180)
    .action(
      runner<[string], Flags>(async (session, { args: [customer], options: flags }) => {
        const { control, options, print } = session;
        await confirm(session, {
          consequence: `This anonymises customer ${customer} in Fluent and deletes it from the connector. It cannot be undone.`,
          word: customer,
          isAgreed: flags.yes,
        });
        const requested = await control('record.erase', {
          handler: options.handler,
          id: customer,
          evenIfPresent: flags.evenIfPresent === true,
          evenIfUnknown: flags.evenIfUnknown === true,
        });
        const receipt = await waitForReceipt(session, { customer, seconds: flags.timeout });
        print({ ...requested, receipt }, () => receiptView(receipt));
        return receipt.incomplete.length === 0 && receipt.copiesGoneAt !== undefined ? 'ok' : 'problem';
      }),
    );
};

type Receipt = NonNullable<OperationOutput<'record.receipt'>['receipt']>;

async function waitForReceipt(
  { control, options: { handler }, shell, remark }: Session,
  { customer, seconds }: { customer: string; seconds: number },
): Promise<Receipt> {
  remark('Erasure requested. Waiting for the receipt.');
  const end = shell.now() + seconds * 1_000;
  let isReported = false;
  for (;;) {
    const { receipt } = await control('record.receipt', { handler, id: customer });
    if (receipt?.copiesGoneAt !== undefined) return receipt;
    if (receipt && !isReported) remark('Erased. The dead-letter queues are checked within a minute.');
    isReported ||= receipt !== undefined;
    const isOver = shell.now() >= end || shell.interrupted.aborted;
    if (isOver && receipt) return receipt;
    if (isOver) break;
    await shell.sleep(RECEIPT_POLL_MS);
  }
  throw new CliError(
    { kind: 'unavailable', code: 'NO_RECEIPT_YET' },
    'No receipt yet: the erasure waits in the queue. Check with "connector status" that the handler is running, then repeat this command.',
  );
}

const NOTHING_TO_ERASE =
  'Fluent has no record of this customer, so there was nothing to erase. Check that the id is correct.';

function copiesText({ copiesGoneAt }: Receipt): string {
  return copiesGoneAt === undefined
    ? 'not all dead-letter queues are checked yet, or another handler still has the customer. Repeat this command in a minute'
    : `none in the dead-letter queues, checked at ${timeText(copiesGoneAt)}`;
}

function receiptView(receipt: Receipt): View {
  const incomplete = receipt.incomplete.join(', ');
  return [
    receipt.how === 'unknown' ? NOTHING_TO_ERASE : 'Erased.',
    facts([
      ['subject', `${receipt.subject} (hash; no personal data)`],
      ['when', timeText(receipt.erasedAt)],
      ['result', receipt.how],
      ['trace', receipt.traceId],
      ['copies', copiesText(receipt)],
      [
        'left in Fluent',
        incomplete && `${incomplete}: Fluent does not allow changing these. Ask Fluent support`,
      ],
    ]),
  ];
}
