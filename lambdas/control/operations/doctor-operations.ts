import { ConnectorError } from '../../core/base/errors.ts';
import { desiredConsuming } from '../../core/delivery/breaker.ts';
import { toControlError } from '../../core/operations/control-error.ts';
import { maySend } from '../../core/operations/queue-policy.ts';
import { stuckRuns } from '../../core/runs/run-stuck.ts';
import type { DoctorCheck, doctorApi } from '../api/doctor-api.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { stateOf } from '../views/shown-handler.ts';
import { NEW_KEY, sourceProblem } from '../views/source-problem.ts';

type Finding = Omit<DoctorCheck, 'check'>;

/** A thrown ConnectorError becomes a finding as well. */
interface Check {
  readonly check: string;
  find(ports: ControlPorts): Promise<Finding>;
}

const ok = (detail: string): Finding => ({ status: 'ok', detail });
const problem = (detail: string, fix: string): Finding => ({ status: 'problem', detail, fix });
const unknown = (detail: string): Finding => ({ status: 'unknown', detail });

const CARETAKER_FIXES =
  'The caretaker corrects this within two minutes. If it does not, check its log and its alarms.';

export const doctorOperations: OperationsOf<typeof doctorApi> = {
  doctor: async (ports) => {
    const checks = [
      ...Object.keys(ports.handlers).flatMap(handlerChecks),
      eventSourceCheck,
      deliveryCheck,
      intakeCheck,
      ...Object.keys(ports.rules.arns).map(policyCheck),
      ...ports.queueAdmin
        .names()
        .filter((name) => name.endsWith('/dead-letters'))
        .map(deadLettersCheck),
      openRunsCheck,
    ];
    return { checks: await Promise.all(checks.map((check) => carryOut(check, ports))) };
  },
};

async function carryOut({ check, find }: Check, ports: ControlPorts): Promise<DoctorCheck> {
  try {
    return { check, ...(await find(ports)) };
  } catch (error) {
    // A bug of the connector is not a finding.
    if (!(error instanceof ConnectorError)) throw error;
    const { code, message } = toControlError(error);
    // An outage says nothing about what is being checked.
    const status = ['retry', 'ambiguous'].includes(error.failureClass) ? 'unknown' : 'problem';
    return { check, status, detail: code, fix: message };
  }
}

function handlerChecks(handler: string): readonly Check[] {
  return [
    {
      check: `commercetools: handler "${handler}" can list its resources`,
      find: async ({ lister, handlers, projectKey }) => {
        const resourceType = handlers[handler]?.resourceType ?? '';
        const count = await lister.count({ resourceType });
        return ok(`${count} ${resourceType}s in ${projectKey}.`);
      },
    },
    {
      check: `Fluent: handler "${handler}" can log in`,
      find: async ({ handlerFunctions }) => {
        const { isUp, code, latencyMs } = await handlerFunctions.ask(handler, { request: 'probe' });
        return isUp ? ok(`Answered in ${Math.round(latencyMs)} ms.`) : fluentProblem(code);
      },
    },
    {
      check: `Handler "${handler}" consumes its queue`,
      find: async ({ settings, switches }) => {
        const { value } = await settings.handler(handler).read();
        const isConsuming = await switches.isConsuming(handler);
        const state = stateOf(value);
        if (isConsuming !== desiredConsuming(value).consuming) {
          const mapping = isConsuming ? 'enabled' : 'disabled';
          return problem(
            `The handler is ${state}, but its event source mapping is ${mapping}.`,
            CARETAKER_FIXES,
          );
        }
        if (isConsuming) return ok('The event source mapping is enabled.');
        const fix =
          state === 'paused'
            ? `Resume it when the reason for the pause is gone (connector resume ${handler}).`
            : 'An open breaker closes by itself when Fluent answers again.';
        return problem(`The handler is ${state}.`, fix);
      },
    },
  ];
}

/** Codes of credentials, addresses and permissions. Any other code is an outage. */
const REFUSED = /^(FLUENT_(3\d\d|40[0134])|C0020E|SECRET_)/;

function fluentProblem(code = 'no reason'): Finding {
  return REFUSED.test(code)
    ? problem(
        `Fluent refused the login: ${code}.`,
        'Check the secret "fluent.secret" of the stage: address, account, OAuth client, user and password.',
      )
    : problem(
        `Fluent does not answer correctly: ${code}.`,
        'Fluent is down or overloaded. Changes wait in the queue and are synced later; try again in some minutes.',
      );
}

const eventSourceCheck: Check = {
  check: 'The subscription exists, and its event source is ACTIVE',
  find: async ({ subscription }) => {
    const { exists, key, source, sourceState } = await subscription.ask('show');
    if (!exists) return problem(`Subscription "${key}" does not exist.`, NEW_KEY);
    if (source === undefined || sourceState === undefined) {
      return problem(
        `Subscription "${key}" has no event source: it sends to another destination.`,
        'Check the destination (`subscription show`), then deploy with another commercetools.subscriptionKey.',
      );
    }
    const found = sourceProblem(sourceState, source);
    return found ? problem(found.detail, found.fix) : ok(`"${key}" through ${source}, ACTIVE.`);
  },
};

const deliveryCheck: Check = {
  check: 'commercetools delivers to the subscription',
  find: async ({ subscription }) => {
    const { status, detail, sourceState } = await subscription.ask('health');
    if (status === 'Healthy') return ok('Healthy.');
    // The check of the event source reports both of these as a problem.
    if (sourceState !== undefined) return unknown(`The event source is ${sourceState}.`);
    if (detail === 'Missing') return unknown('The subscription does not exist.');
    return problem(
      `${status}${detail ? ` (${detail})` : ''}.`,
      'Fix the destination in AWS, then change the subscription once so that commercetools tests it again. The lost time is reconciled automatically.',
    );
  },
};

const intakeCheck: Check = {
  check: 'Real-time sync is on',
  find: async ({ settings, switches }) => {
    const { stopped } = (await settings.intake().read()).value;
    const isEnabled = await switches.isIntakeEnabled();
    if (isEnabled !== (stopped === undefined)) {
      const [is, expected] = isEnabled ? ['enabled', 'disabled'] : ['disabled', 'enabled'];
      return problem(`The rule of the partner bus is ${is} (expected ${expected}).`, CARETAKER_FIXES);
    }
    return stopped
      ? problem(`Real-time sync was stopped by ${stopped.by}.`, 'Start it again (connector start).')
      : ok('The rule of the partner bus is enabled.');
  },
};

/** A rule loses its events without an error if the queue does not allow it to send. */
function policyCheck(name: string): Check {
  return {
    check: `Rule "${name}" may send to its queues`,
    find: async ({ rules }) => {
      const queues = await rules.queuesOf(name);
      if (queues.length === 0) return problem('The rule has no target queue.', restore(name));
      const ruleArn = rules.arns[name] ?? '';
      const verdicts = queues.map((queue) => maySend(queue.policy, { queueArn: queue.arn, ruleArn }));
      const named = (verdict: string) =>
        queues.filter((_, index) => verdicts[index] === verdict).map((queue) => queue.name);
      const refusing = named('no');
      if (refusing.length > 0) {
        const detail = `The policy of ${refusing.join(', ')} does not allow it: its events are lost.`;
        return problem(detail, restore(name));
      }
      const unclear = named('unknown');
      if (unclear.length > 0)
        return unknown(
          `It is unclear whether the policy of ${unclear.join(', ')} allows it. Check it in the AWS console.`,
        );
      return ok(`Allowed by ${queues.length} ${queues.length === 1 ? 'queue' : 'queues'}.`);
    },
  };
}

/** Deploying the same template again does not restore a policy that was changed outside the stack. */
function restore(name: string): string {
  return (
    'It was changed outside the stack: find the change by drift detection of CloudFormation and undo it ' +
    `(lib/constructs/queue-rule.ts). Then continue with "${name}-failed" in docs/runbook.md.`
  );
}

function deadLettersCheck(name: string): Check {
  return {
    check: `Dead-letter queue ${name.slice(0, name.lastIndexOf('/'))}`,
    find: async ({ queueAdmin }) => {
      const { ready, inFlight } = await queueAdmin.state(name);
      const messages = ready + inFlight;
      if (messages === 0) return ok('0 messages.');
      return problem(
        `${messages} ${messages === 1 ? 'message' : 'messages'} (expected 0).`,
        `Find and fix the cause (connector failures), then retry its group (connector retry --group GROUP) or redrive the queue (connector redrive ${name}).`,
      );
    },
  };
}

const openRunsCheck: Check = {
  check: 'Open runs make progress',
  find: async ({ runs, clock, runSettings }) => {
    const open = await runs.open();
    const stuck = stuckRuns(open, clock(), runSettings);
    if (stuck.length === 0) return ok(`${open.length} open.`);
    return problem(
      `No progress in ${stuck.map(({ id }) => id).join(', ')}.`,
      'The caretaker continues it within two minutes. If it does not, check the log of the run-feeder and the dead letters of its queue (runs/dead-letters).',
    );
  },
};
