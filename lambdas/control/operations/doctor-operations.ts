import { ConnectorError } from '../../core/base/errors.ts';
import { desiredConsuming } from '../../core/delivery/breaker.ts';
import { toControlError } from '../../core/operations/control-error.ts';
import { maySend } from '../../core/operations/queue-policy.ts';
import { stuckRuns } from '../../core/runs/run-stuck.ts';
import type { DoctorCheck } from '../operations.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { stateOf } from '../shown-handler.ts';
import { NEW_KEY, sourceProblem } from '../source-problem.ts';

/** One look: what it is called, and what it found. A throw is a problem with its own way to fix it. */
interface Look {
  readonly check: string;
  look(ports: ControlPorts): Promise<Omit<DoctorCheck, 'check'>>;
}

const ok = (detail: string) => ({ status: 'ok' as const, detail });
const problem = (detail: string, fix: string) => ({ status: 'problem' as const, detail, fix });
const unknown = (detail: string) => ({ status: 'unknown' as const, detail });

export const doctorOperations: OperationsOf<'doctor'> = {
  doctor: async (ports) => {
    const looks = [
      ...Object.keys(ports.handlers).flatMap(handlerLooks),
      subscriptionLook,
      subscriptionHealthLook,
      ruleLook,
      ...Object.keys(ports.rules.arns).map(policyLook),
      ...ports.queueAdmin.names().filter(isDeadLetters).map(deadLettersLook),
      ticksLook,
    ];
    return { checks: await Promise.all(looks.map((look) => check(ports, look))) };
  },
};

async function check(ports: ControlPorts, { check: name, look }: Look): Promise<DoctorCheck> {
  try {
    return { check: name, ...(await look(ports)) };
  } catch (error) {
    // A fault of ours must not hide behind a line of a report.
    if (!(error instanceof ConnectorError)) throw error;
    const { code, message } = toControlError(error);
    return {
      check: name,
      // An outage says nothing about what was asked.
      status: ['retry', 'ambiguous'].includes(error.failureClass) ? 'unknown' : 'problem',
      detail: code,
      fix: message,
    };
  }
}

/** What one handler needs: its source, its OMS, its mapping. */
function handlerLooks(handler: string): readonly Look[] {
  return [
    {
      check: `commercetools lets "${handler}" list its resources`,
      look: async ({ lister, handlers, projectKey }) => {
        const resourceType = handlers[handler]?.resourceType ?? '';
        const count = await lister.count({ resourceType });
        return ok(`${count} ${resourceType}s in ${projectKey}.`);
      },
    },
    {
      check: `Fluent lets "${handler}" in`,
      look: async ({ handlerFunctions }) => {
        const { isUp, code, latencyMs } = await handlerFunctions.ask(handler, { request: 'probe' });
        if (isUp) return ok(`It answered in ${Math.round(latencyMs)} ms.`);
        return fluentProblem(code);
      },
    },
    {
      check: `The queue of "${handler}" is taken from as it is meant to be`,
      look: async ({ settings, switches }) => {
        const { value } = await settings.handler(handler).read();
        const isConsuming = await switches.isConsuming(handler);
        if (isConsuming !== desiredConsuming(value).taking) {
          return problem(
            `It is ${stateOf(value)}, but the event source mapping is ${isConsuming ? 'on' : 'off'}.`,
            'The caretaker mends it within a minute or two; if not, look at its log and its alarms.',
          );
        }
        return isConsuming
          ? ok('It is taken from.')
          : problem(
              `It is ${stateOf(value)}.`,
              'Resume it when the reason is gone; an open breaker closes by itself.',
            );
      },
    },
  ];
}

/** Codes of credentials, addresses and permissions; every other is an outage, and no secret is to blame for it. */
const REFUSED = /^(FLUENT_(3\d\d|40[0134])|C0020E|SECRET_)/;

function fluentProblem(code = 'no reason') {
  return REFUSED.test(code)
    ? problem(
        `It refused: ${code}.`,
        'Check the secret "fluent.secret" of the stage: address, account, OAuth client, user and password.',
      )
    : problem(
        `It does not answer as it should: ${code}.`,
        'Fluent is down or overloaded. Changes wait in the queue and go on by themselves; try again in some minutes.',
      );
}

const subscriptionLook: Look = {
  check: 'The subscription stands, and its event source is ACTIVE',
  look: async ({ subscription }) => {
    const { exists, key, source, sourceState } = await subscription.ask('show');
    if (!exists) {
      return problem(`There is no subscription "${key}".`, NEW_KEY);
    }
    if (source === undefined || sourceState === undefined) {
      return problem(
        `"${key}" has no event source: it leads elsewhere.`,
        'Look where (`subscription show`), then deploy with another commercetools.subscriptionKey.',
      );
    }
    const found = sourceProblem(sourceState, source);
    return found ? problem(found.detail, found.fix) : ok(`"${key}" through ${source}, ACTIVE.`);
  },
};

const subscriptionHealthLook: Look = {
  check: 'commercetools delivers to the subscription',
  look: async ({ subscription }) => {
    const { status, detail, sourceState } = await subscription.ask('health');
    if (status === 'Healthy') return ok('Healthy.');
    // What the line before tells is no problem of its own.
    if (sourceState !== undefined) return unknown(`Its event source is ${sourceState}.`);
    if (detail === 'Missing') return unknown('There is no subscription.');
    return problem(
      `${status}${detail ? ` (${detail})` : ''}.`,
      'Mend the destination in AWS, then change the subscription once so that it is tested again. The gap is reconciled by itself.',
    );
  },
};

const ruleLook: Look = {
  check: 'The rule of the partner bus hands changes on',
  look: async ({ settings, switches }) => {
    const { value } = await settings.intake().read();
    const isIntakeEnabled = await switches.isIntakeEnabled();
    if (value.stopped === undefined && isIntakeEnabled) return ok('Real-time sync is on.');
    if (value.stopped !== undefined && !isIntakeEnabled) {
      return problem(`Real-time sync was stopped by ${value.stopped.by}.`, 'Start it again (`start`).');
    }
    return problem(
      `The rule is ${isIntakeEnabled ? 'on' : 'off'} and should be ${isIntakeEnabled ? 'off' : 'on'}.`,
      'The caretaker mends it within a minute or two; if not, look at its log and its alarms.',
    );
  },
};

/** A queue that refuses what a rule sends loses it without a word. */
function policyLook(name: string): Look {
  return {
    check: `The queues behind the rule "${name}" let it send`,
    look: async ({ rules }) => {
      const queues = await rules.queuesOf(name);
      if (queues.length === 0) return problem('It has no queue to send to.', restore(name));
      const ruleArn = rules.arns[name] ?? '';
      const verdicts = queues.map((queue) => maySend(queue.policy, { queueArn: queue.arn, ruleArn }));
      const named = (verdict: string) =>
        queues.filter((_, index) => verdicts[index] === verdict).map((queue) => queue.name);
      const refusing = named('no');
      if (refusing.length > 0) {
        const detail = `Not allowed by the policy of ${refusing.join(', ')}: what it sends there is lost.`;
        return problem(detail, restore(name));
      }
      const strange = named('unknown');
      if (strange.length > 0) return unknown(`Nobody knows what the policy of ${strange.join(', ')} allows.`);
      return ok(`${queues.length} ${queues.length === 1 ? 'lets' : 'let'} it.`);
    },
  };
}

/** What a policy lost it does not get back by another deployment of the same template. */
function restore(name: string): string {
  return (
    'Somebody changed it beside the stack: find what by drift detection of CloudFormation, and put it back ' +
    `(lib/constructs/queue-rule.ts). Then go on with "${name}-failed" in docs/runbook.md.`
  );
}

function isDeadLetters(name: string): boolean {
  return name.endsWith('/dead-letters');
}

function deadLettersLook(name: string): Look {
  return {
    check: `"${name}" is empty`,
    look: async ({ queueAdmin }) => {
      const { ready, inFlight } = await queueAdmin.state(name);
      if (ready + inFlight === 0) return ok('Empty.');
      return problem(
        `${ready + inFlight} messages.`,
        'Find the cause (`failures`), fix it, then `retry` the group or `redrive` the queue.',
      );
    },
  };
}

const ticksLook: Look = {
  check: 'Open runs go on',
  look: async ({ runs, clock, runSettings }) => {
    const open = await runs.open();
    const stuck = stuckRuns(open, clock(), runSettings);
    if (stuck.length === 0) return ok(`${open.length} open.`);
    return problem(
      `No sign of life from ${stuck.map(({ id }) => id).join(', ')}.`,
      'The caretaker revives it; if not, look at the run-feeder’s log and the dead letters of its queue.',
    );
  },
};
