export { ChangeGenerator } from './change-generator.ts';
export { CustomerGenerator } from './customer-generator.ts';
export { demoProject } from './demo-project.ts';
export {
  type CommercetoolsFaults,
  commercetoolsFaults,
  deliveryFaults,
  httpFaults,
} from './faults.ts';
export type { PartnerBus, PartnerEvent } from './ports.ts';
export type { Seed } from './seed.ts';
export { sunrise } from './sunrise.ts';
export { type CommercetoolsTwin, type CommercetoolsTwinOptions, startCommercetoolsTwin } from './twin.ts';
