import type { Command } from 'commander';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { CommandGroup, Runner } from '../action.ts';
import { id, ids, wholeNumber } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import { confirm } from '../confirm.ts';
import { factList } from '../render/text-table.ts';
import { counted, timeText } from '../render/values.ts';
import type { Session } from '../session.ts';

/** Ids that one operation takes. */
const MAX_IDS = 100;
const RECEIPT_LOOK_MS = 1_000;

/** `process`, `skip`, `link`, `erase`: single customers. */
export const addRecordCommands: CommandGroup = (program, runner) => {
  program
    .command('process')
    .description('send what prepare mode recorded, and set skipped customers back; without ids: all')
    .argument('[ids...]', 'customers', ids)
    .action(
      runner<[string[] | undefined], object>(async (session, { args: [given = []] }) => {
        const { print } = session;
        const answer = given.length === 0 ? await processAll(session) : await processNamed(session, given);
        print(answer, () => processedText(answer));
        return answer.unknown ? 'problem' : 'ok';
      }),
    );
  program
    .command('skip')
    .description('take customers out: no change of them is sent until "connector process ID"')
    .argument('<ids...>', 'customers', ids)
    .action(
      runner<[string[]], object>(async ({ control, options: { handler }, print }, { args: [given] }) => {
        let skipped = 0;
        for (const part of chunks(given))
          skipped += (await control('record.skip', { handler, ids: part })).skipped;
        print({ skipped }, () => `${counted(skipped, 'customer')} skipped.`);
        return 'ok';
      }),
    );
  program
    .command('link')
    .description('say which Fluent customer this one is, when the connector cannot know')
    .argument('<id>', 'customer in commercetools', id)
    .argument('<ref>', 'username of the customer in Fluent')
    .action(
      runner<[string, string], object>(
        async ({ control, options: { handler }, print }, { args: [customer, ref] }) => {
          const answer = await control('record.link', { handler, id: customer, username: ref });
          print(answer, () => answer.note ?? `Customer ${customer} is linked.`);
          return 'ok';
        },
      ),
    );
  addErase(program, runner);
};

type Processed = OperationOutput<'record.process'>;

/** One invocation sends some thousands; it is asked until nothing is left, or nothing goes any more. */
async function processAll({ control, options: { handler }, remark, shell }: Session): Promise<Processed> {
  let sent = 0;
  for (;;) {
    const answer = await control('record.process', { handler });
    sent += answer.sent;
    if (answer.left === 0 || answer.sent === 0 || shell.interrupted.aborted)
      return { sent, left: answer.left };
    remark(`${counted(sent, 'customer')} sent, ${answer.left} left`);
  }
}

async function processNamed(
  { control, options: { handler } }: Session,
  given: readonly string[],
): Promise<Processed> {
  let answer: Processed = { sent: 0, left: 0 };
  for (const part of chunks(given)) {
    const { sent, left, unknown } = await control('record.process', { handler, ids: part });
    const all = [...(answer.unknown ?? []), ...(unknown ?? [])];
    answer = { sent: answer.sent + sent, left, ...(all.length > 0 && { unknown: all }) };
  }
  return answer;
}

function processedText({ sent, left, unknown }: Processed): string {
  const done = `${counted(sent, 'customer')} sent, ${left} recorded ones left.`;
  if (!unknown) return done;
  return `${done}\nNeither recorded nor taken out, so nothing was sent of: ${unknown.join(', ')}`;
}

interface EraseFlags {
  readonly yes?: boolean;
  readonly evenIfPresent?: boolean;
  readonly evenIfUnknown?: boolean;
  readonly timeout: number;
}

function addErase(program: Command, runner: Runner): void {
  program
    .command('erase')
    .description(
      'erase a customer from Fluent, the connector and its dead-letter queues; waits for the receipt',
    )
    .argument('<id>', 'customer', id)
    .option('--yes', 'do not ask')
    .option(
      '--even-if-present',
      'although commercetools still has it; no change of it is synced for 90 days, delete it there by then',
    )
    .option('--even-if-unknown', 'although neither commercetools nor Fluent nor the connector knows it')
    .option('--timeout <seconds>', 'how long to wait for the receipt', wholeNumber(0, 3_600), 180)
    .action(
      runner<[string], EraseFlags>(async (session, { args: [customer], options: flags }) => {
        const {
          control,
          options: { handler },
          print,
        } = session;
        await confirm(session, {
          consequence: `This anonymises customer ${customer} in Fluent and wipes it from the connector. It cannot be undone.`,
          word: customer,
          isAgreed: flags.yes,
        });
        const asked = await control('record.erase', {
          handler,
          id: customer,
          evenIfPresent: flags.evenIfPresent === true,
          evenIfUnknown: flags.evenIfUnknown === true,
        });
        const receipt = await waitForReceipt(session, { customer, seconds: flags.timeout });
        print({ ...asked, receipt }, () => receiptText(receipt));
        return receipt.incomplete.length === 0 && receipt.copiesGoneAt !== undefined ? 'ok' : 'problem';
      }),
    );
}

type Receipt = NonNullable<OperationOutput<'record.receipt'>['receipt']>;

async function waitForReceipt(
  { control, options: { handler }, shell, remark }: Session,
  { customer, seconds }: { customer: string; seconds: number },
): Promise<Receipt> {
  remark('Asked for. Waiting for the receipt.');
  const end = shell.now() + seconds * 1_000;
  let isReported = false;
  for (;;) {
    const { receipt } = await control('record.receipt', { handler, id: customer });
    if (receipt?.copiesGoneAt !== undefined) return receipt;
    if (receipt && !isReported) remark('Erased. Dead-letter queues are looked through within a minute.');
    isReported ||= receipt !== undefined;
    const isOver = shell.now() >= end || shell.interrupted.aborted;
    if (isOver && receipt) return receipt;
    if (isOver) break;
    await shell.sleep(RECEIPT_LOOK_MS);
  }
  throw new CliError(
    { kind: 'unavailable', code: 'NO_RECEIPT_YET' },
    'The erasure waits in the queue: no receipt yet. "connector status" says whether the handler runs; ask again with the same command.',
  );
}

/** A receipt all the same: nothing of this id will be taken over any more. */
const NOTHING_THERE =
  'Fluent has no record of this customer, so there was nothing to erase. Look whether the id is the right one.';

function copiesText({ copiesGoneAt }: Receipt): string {
  return copiesGoneAt === undefined
    ? 'the caretaker has not looked through all dead-letter queues yet, or another handler still has the customer: ask again with the same command in a minute'
    : `none in the dead-letter queues, looked through at ${timeText(copiesGoneAt)}`;
}

function receiptText(receipt: Receipt): string {
  const incomplete = receipt.incomplete.join(', ');
  return [
    receipt.how === 'unknown' ? NOTHING_THERE : 'Erased.',
    factList([
      ['subject', `${receipt.subject} (hash; no personal data)`],
      ['when', timeText(receipt.erasedAt)],
      ['how', receipt.how],
      ['trace', receipt.traceId],
      ['copies', copiesText(receipt)],
      [
        'left in Fluent',
        incomplete && `${incomplete}: Fluent lets nobody overwrite these; ask Fluent support`,
      ],
    ]),
  ].join('\n');
}

function chunks(all: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(all.length / MAX_IDS) }, (_, index) =>
    all.slice(index * MAX_IDS, (index + 1) * MAX_IDS),
  );
}
