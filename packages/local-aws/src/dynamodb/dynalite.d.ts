declare module 'dynalite' {
  import type { EventEmitter } from 'node:events';
  /** An http.Server that works without listening: it accepts `emit('request', request, response)`. */
  export default function dynalite(options: {
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }): EventEmitter;
}
