export type { FluentCustomer } from './customer.ts';
export { type FluentFaults, fluentFaults, requestFaults, tokenFaults } from './faults.ts';
export { type FluentSwitches, fluentSwitches } from './switches.ts';
export { type FluentTwin, type FluentTwinOptions, startFluentTwin } from './twin.ts';
