declare module 'dynalite' {
  import type { EventEmitter } from 'node:events';
  /** An http.Server that need not listen: it takes its requests by `emit('request', request, response)`. */
  export default function dynalite(options: {
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }): EventEmitter;
}
