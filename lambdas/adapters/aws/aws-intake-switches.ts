import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ResourceAlreadyExistsException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetEventSourceMappingCommand,
  type LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { ConnectorError } from '../../core/base/errors.ts';
import type { IntakeSwitches } from '../../core/operations/ports/intake-switches.ts';
import type { ConnectedHandler } from '../../core/runs/connected-handler.ts';

export interface AwsIntakeSwitchesOptions {
  readonly lambda: LambdaClient;
  readonly eventBridge: EventBridgeClient;
  /** Handler id -> its mapping. */
  readonly handlers: Readonly<Record<string, Pick<ConnectedHandler, 'mappingId' | 'maxConcurrency'>>>;
  readonly rule: { readonly busName: string; readonly name: string };
  /** What a replay needs; a function that never replays leaves it out. */
  readonly archive?: { readonly arn: string; readonly busArn: string; readonly ruleArn: string };
}

/** AWS takes no less for a queue. */
const LEAST_CONCURRENCY = 2;
/** A mapping that is about to stop is as good as stopped, and the other way round. */
const consumingStates = ['Creating', 'Enabling', 'Enabled', 'Updating'];

/** The two valves: event source mappings of the handler queues, and the rule of the partner bus. */
export function createAwsIntakeSwitches(options: AwsIntakeSwitchesOptions): IntakeSwitches {
  const { lambda, eventBridge, handlers, archive } = options;
  const rule = { Name: options.rule.name, EventBusName: options.rule.busName };

  function mappingOf(handlerId: string): Pick<ConnectedHandler, 'mappingId' | 'maxConcurrency'> {
    const known = Object.hasOwn(handlers, handlerId) ? handlers[handlerId] : undefined;
    if (known) return known;
    throw new ConnectorError(
      { failureClass: 'permanent', code: 'HANDLER_UNKNOWN' },
      `There is no handler "${handlerId}". Handlers: ${Object.keys(handlers).join(', ')}.`,
    );
  }

  return {
    async isConsuming(handlerId) {
      const command = new GetEventSourceMappingCommand({ UUID: mappingOf(handlerId).mappingId });
      const { State: state } = await lambda.send(command).catch(rethrow);
      return consumingStates.includes(state ?? '');
    },

    async setConsuming(handlerId, taking, leastConcurrency = false) {
      const { mappingId, maxConcurrency } = mappingOf(handlerId);
      const command = new UpdateEventSourceMappingCommand({
        UUID: mappingId,
        Enabled: taking,
        ...(taking && {
          ScalingConfig: { MaximumConcurrency: leastConcurrency ? LEAST_CONCURRENCY : maxConcurrency },
        }),
      });
      await lambda.send(command).catch(rethrow);
    },

    async isIntakeEnabled() {
      const { State: state } = await eventBridge.send(new DescribeRuleCommand(rule)).catch(rethrow);
      return state !== 'DISABLED';
    },

    async setIntake(listening) {
      const command = listening ? new EnableRuleCommand(rule) : new DisableRuleCommand(rule);
      await eventBridge.send(command).catch(rethrow);
    },

    async replay(name, from, to) {
      if (!archive) throw new Error('This function was made without an archive.');
      const command = new StartReplayCommand({
        ReplayName: name,
        EventSourceArn: archive.arn,
        EventStartTime: new Date(from),
        EventEndTime: new Date(to),
        Destination: { Arn: archive.busArn, FilterArns: [archive.ruleArn] },
      });
      await eventBridge.send(command).catch((error: unknown) => {
        // Asked again after a crash: it is on its way.
        if (!(error instanceof ResourceAlreadyExistsException)) rethrow(error);
      });
      return name;
    },
  };
}

/** Names of AWS's errors that no second try can mend: the stack is incomplete, or its role is. */
const ofTheStack = /AccessDenied|NotAuthorized|ResourceNotFound|UnrecognizedClient|InvalidClientToken/;

/** A mapping or a rule that is being changed just now refuses a change (ResourceInUse): a minute later it takes it. */
function rethrow(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Unknown';
  const failureClass = ofTheStack.test(name) ? 'configuration' : 'retry';
  throw new ConnectorError(
    { failureClass, code: `SWITCH_${name}` },
    failureClass === 'configuration'
      ? `AWS refused to look at or to move a valve of the flow: ${name}. Deploy the stack again; compare the role with lib/.`
      : `A valve of the flow could not be looked at or moved just now: ${name}. It is tried again.`,
    { cause: error },
  );
}
